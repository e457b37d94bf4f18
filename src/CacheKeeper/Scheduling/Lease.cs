namespace CacheKeeper.Scheduling;

/// <summary>The right of <paramref name="Owner"/> to run alone on <paramref name="Name"/> until <paramref name="ExpiresAt"/> (the state database's clock).</summary>
internal sealed record Lease(string Name, string Owner, long Token, DateTimeOffset ExpiresAt);
