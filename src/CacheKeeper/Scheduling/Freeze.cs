namespace CacheKeeper.Scheduling;

/// <summary>That a person has stopped every change: nothing is removed, rewritten or directed while it holds. Looking, alarms and reports go on.</summary>
/// <param name="Until">Null for "until somebody unfreezes".</param>
internal sealed record Freeze(DateTimeOffset Since, DateTimeOffset? Until, string Author, string Reason)
{
    public bool Holds(DateTimeOffset at) => at < (Until ?? DateTimeOffset.MaxValue);

    public string Words => $"Every change is frozen by {Author} since {Since.UtcDateTime:yyyy-MM-dd HH:mm}Z{(Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "")}: {Reason}";
}

/// <summary>A run is stopped at its next batch because a person froze every change; a job ends as when it is cancelled, with its receipt.</summary>
internal sealed class FrozenException(Freeze freeze) : OperationCanceledException(freeze.Words);
