using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>What a collection leaves for the next one, so that counters survive restarts of the keeper.</summary>
internal sealed record CollectionMemory
{
    /// <summary>Readings nearer together than this are one, so that collecting by hand does not crowd out the hour.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public DateTimeOffset? At { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ClientCounters> Readings { get; init; } = [];
    public IReadOnlyDictionary<string, double> Redis { get; init; } = new Dictionary<string, double>();

    /// <summary>What the keeper's process had sent, and which process that was: another one counts from zero.</summary>
    public TierCalls? Calls { get; init; }
    public string? Process { get; init; }

    /// <summary>What was counted in the last hour: since the newest reading that is an hour old, else since the oldest there is.</summary>
    public Counted? LastHour(ClientCounters now, TimeSpan longest)
    {
        var usable = Readings.Where(reading => now.ReadAt - reading.ReadAt >= Shortest && now.ReadAt - reading.ReadAt <= longest).ToList();
        var earliest = usable.FindLast(reading => now.ReadAt - reading.ReadAt >= Hour) ?? usable.FirstOrDefault();
        return earliest is null ? null : new Counted(now.Since(earliest), now.ReadAt - earliest.ReadAt);
    }

    public Counted? SinceBefore(ClientCounters now) =>
        Readings.Count > 0 && now.ReadAt > Readings[^1].ReadAt ? new Counted(now.Since(Readings[^1]), now.ReadAt - Readings[^1].ReadAt) : null;

    /// <summary>The readings with a new one: what is needed to look an hour back, no more.</summary>
    public IReadOnlyList<ClientCounters> With(ClientCounters now)
    {
        var kept = new List<ClientCounters>();
        foreach (var reading in Readings.Where(reading => reading.ReadAt < now.ReadAt))
        {
            if (kept.Count == 0 || reading.ReadAt - kept[^1].ReadAt >= Apart)
            {
                kept.Add(reading);
            }
        }

        var old = kept.FindLastIndex(reading => now.ReadAt - reading.ReadAt >= Hour);
        return [.. kept.Skip(Math.Max(0, old)), now];
    }
}
