using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>A tier does not answer: readers leave it out for a while, and a neighbour that is up keeps its entries longer.</summary>
internal abstract class ConnectionIssue(IssueKind kind, TierName tier, TierName[] neighbours, string ordinary) : IIssue
{
    public IssueKind Kind => kind;

    public string Runbook => "tier-down";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) => seen.Tiers.TryGetValue(tier, out var sight)
        ? [new Symptom(new IssueKey(kind), sight.IsDown, $"{tier.Title()} does not answer: {sight.Latest.Reason}.")]
        : [];

    public Remedy Prescribe(TierName? subject, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until)
    {
        var leaveOut = new LeaveOutDirective(tier.Word(), until, $"{tier.Title()} does not answer.");
        var left = $"readers leave {tier.Title()} out until {until.UtcDateTime:HH:mm:ss}Z";
        return neighbours.FirstOrDefault(seen.IsUp) is var neighbour && seen.IsUp(neighbour) && policy.Stretch > 1
            ? new Remedy($"{left}; {neighbour.Title()}, which is up, keeps what is saved {policy.Stretch:0.#} times as long (ordinarily {Ordinary(neighbour)}).")
            {
                LeaveOut = [leaveOut],
                Repairs = Repairs,
                Ttl = [new TtlDirective(neighbour.Word(), null, null, policy.Stretch, null, until, $"{tier.Title()} is left out.")],
            }
            : new Remedy($"{left}; no neighbour is up whose lifetime could be stretched.") { LeaveOut = [leaveOut], Repairs = Repairs };
    }

    /// <summary>What is done besides leaving it out.</summary>
    protected virtual IReadOnlyList<Repair> Repairs => [];

    private string Ordinary(TierName neighbour) => neighbour == TierName.Upstash ? "1 h, 2 h and 30 min by key" : ordinary;
}
