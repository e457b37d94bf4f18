using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>A tier refuses for rate or quota: it is left alone for at least as long as it asked, by readers and by the keeper.</summary>
internal sealed class RateLimitedIssue : IIssue
{
    public IssueKind Kind => IssueKind.QuotaOrRateLimited;

    public string Runbook => "quota-or-rate-limited";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) =>
    [
        .. seen.Tiers.Select(pair => new Symptom(new IssueKey(Kind, pair.Key), pair.Value.Is(FailureCause.RateLimited), $"{pair.Key.Title()} refuses for rate or quota: {pair.Value.Latest.Reason}.")
        {
            LeaveAlone = pair.Value.Latest.RetryAfter,
        }),
    ];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) =>
        new($"readers leave {tier!.Value.Title()} alone until {until.UtcDateTime:HH:mm:ss}Z, and so does the keeper until its next look.")
        {
            LeaveOut = [new LeaveOutDirective(tier.Value.Word(), until, $"{tier.Value.Title()} refuses for rate or quota.")],
        };
}
