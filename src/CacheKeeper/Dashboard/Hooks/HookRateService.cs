using System.Collections.Concurrent;

namespace CacheKeeper.Dashboard.Hooks;

/// <summary>How many messages each sender may bring in a minute, counted before anything is verified. Kept in memory.</summary>
internal sealed class HookRateService(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (long Minute, int Count)> _seen = new(StringComparer.Ordinal);

    public bool MayBeHeard(HookSettings hook)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        return _seen.AddOrUpdate(hook.Name, (minute, 1), (_, seen) => seen.Minute == minute ? (minute, seen.Count + 1) : (minute, 1)).Count <= hook.PerMinute;
    }
}
