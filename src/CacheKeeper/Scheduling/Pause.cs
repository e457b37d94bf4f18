namespace CacheKeeper.Scheduling;

/// <summary>A job that an operator holds back. <paramref name="Until"/> is null for "until resumed".</summary>
internal sealed record Pause(DateTimeOffset Since, DateTimeOffset? Until, string Reason)
{
    public bool Holds(DateTimeOffset at) => at < (Until ?? DateTimeOffset.MaxValue);

    public string Words => $"paused{(Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "")}{(Reason.Length > 0 ? $": {Reason}" : "")}";
}
