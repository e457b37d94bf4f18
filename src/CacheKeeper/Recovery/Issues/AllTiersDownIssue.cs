using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>No configured tier answers: nothing can be put in another's place, so people are told at once and every tier is watched.</summary>
internal sealed class AllTiersDownIssue : IIssue
{
    public IssueKind Kind => IssueKind.AllTiersDown;

    public string Runbook => "system-down";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy)
    {
        // One tier alone that is down is that tier's own issue.
        if (seen.Tiers.Count < 2)
        {
            return [];
        }

        var down = seen.Tiers.Values.Select(sight => sight.IsDown).ToList();
        bool? all = down.Contains(false) ? false : down.Contains(null) ? null : true;
        return [new Symptom(new IssueKey(Kind), all, $"No tier answers: {string.Join("; ", seen.Tiers.Select(pair => $"{pair.Key.Title()}: {pair.Value.Latest.Reason}"))}.")];
    }

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) =>
        new("no tier is left out, so that the first one that returns is used at once. Look at what they share: the network, the machine, the name service.") { NeedsPerson = true };
}
