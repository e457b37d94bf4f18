using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>PostgreSQL is lost: the other tiers answer meanwhile.</summary>
internal sealed class PostgresqlConnectionIssue() : ConnectionIssue(IssueKind.PostgresqlConnectionFailure, TierName.Postgresql, [TierName.Upstash, TierName.Mem0], "what each row or memory was given")
{
    // A pool full of dead connections would fail long after the server is back.
    protected override IReadOnlyList<Repair> Repairs => [new Repair.RecyclePool()];
}
