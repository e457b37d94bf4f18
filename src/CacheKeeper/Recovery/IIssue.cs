using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>One kind of issue: how it is seen and what is done about it. Pure.</summary>
internal interface IIssue
{
    IssueKind Kind { get; }

    /// <summary>What to read when a person is asked: a page of docs/runbooks.</summary>
    string Runbook { get; }

    /// <summary>One symptom for each subject that can have it.</summary>
    IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy);

    /// <param name="tier">The subject; null when the issue has none.</param>
    /// <param name="until">The end of everything that stands.</param>
    Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until);

    /// <summary>The wait after the first try.</summary>
    TimeSpan RetryAfter(RecoveryPolicy policy) => policy.RetryAfter;
}
