namespace CacheKeeper.Recovery;

/// <summary>What planning one incident needs to know.</summary>
internal sealed record PlanContext(IIssue Issue, Symptom Symptom, RecoverySnapshot Seen, RecoveryPolicy Policy)
{
    public DateTimeOffset Now => Seen.At;

    /// <summary>Why nothing may be done; null when it may.</summary>
    public string? HeldBy => Seen.Freeze?.Words
        ?? (Policy.WatchOnly.Contains(Symptom.Key.Word) ? "recovery.watchOnly names it."
        : null);

    public IncidentEvent Say(IncidentEventKind kind, string sentence) => new(Now, kind, sentence);

    /// <summary>The wait before the next try; what a server asked for is kept.</summary>
    public TimeSpan Wait(string incident, int attempt)
    {
        var wait = Backoff.Of(incident, attempt, Issue.RetryAfter(Policy), Policy.LongestRetry);
        return Symptom.LeaveAlone is { } asked && asked > wait ? asked : wait;
    }

    /// <summary>The remedy whose standing parts outlast the next try by a look or two.</summary>
    public Remedy Prescribe(DateTimeOffset next)
    {
        var (least, outlasting) = (Now + Policy.LeaveOutFor, next + (2 * Policy.LookEvery));
        return Issue.Prescribe(Symptom.Key.Tier, Seen, Policy, least > outlasting ? least : outlasting);
    }
}
