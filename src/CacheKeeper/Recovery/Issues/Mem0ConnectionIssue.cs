using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>Mem0 is lost: the other tiers answer meanwhile.</summary>
internal sealed class Mem0ConnectionIssue() : ConnectionIssue(IssueKind.Mem0ConnectionFailure, TierName.Mem0, [TierName.Upstash, TierName.Postgresql], "what each row or memory was given");
