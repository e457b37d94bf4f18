namespace CacheKeeper.Scheduling;

/// <summary>One firing moved into a quiet time of its day: the ledger keeps it under <paramref name="ScheduledAt"/>, so it stays one.</summary>
internal sealed record MovedStart(DateTimeOffset ScheduledAt, DateTimeOffset Start, string Reason);
