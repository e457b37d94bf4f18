using System.Collections.Concurrent;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>How late job bodies began, gathered while jobs fire.</summary>
internal sealed class Lateness
{
    private readonly ConcurrentQueue<(DateTimeOffset Scheduled, double Milliseconds)> _all = [];

    public void Add(DateTimeOffset scheduled) => _all.Enqueue((scheduled, (DateTimeOffset.UtcNow - scheduled).TotalMilliseconds));

    /// <summary>Median, 99th percentile and count of the times in (from, until].</summary>
    public (double Median, double P99, int Count) Of(DateTimeOffset from, DateTimeOffset until)
    {
        var late = _all.Where(one => one.Scheduled > from && one.Scheduled <= until).Select(one => one.Milliseconds).Order().ToList();
        return late.Count == 0 ? (double.NaN, double.NaN, 0) : (late[late.Count / 2], late[(int)(late.Count * 0.99)], late.Count);
    }
}
