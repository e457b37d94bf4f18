using System.Collections.Concurrent;
using System.Globalization;

namespace CacheKeeper.Client;

/// <summary>
/// What happened to single entries since the last write: how often each was hit, and the sampled lookups. Both are bounded; what does not
/// fit any more is dropped and counted, never waited for.
/// </summary>
internal sealed class UseLog(double accessLogRate)
{
    private const int MostTouched = 20_000;
    private const int MostLogged = 20_000;

    // The first 32 bits of a hash are as good as a random number, and the same one in every gateway.
    private readonly uint threshold = (uint)Math.Min(uint.MaxValue, accessLogRate * uint.MaxValue);
    private readonly ConcurrentQueue<LoggedLookup> logged = new();
    private readonly Lock sync = new();
    private Dictionary<string, Touch> touched = [];
    private long dropped;

    public double AccessLogRate => accessLogRate;

    /// <summary>Hits and lookups that found no room.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void Hit(string queryHash, DateTimeOffset at)
    {
        lock (sync)
        {
            Merge(new Touch(queryHash, 1, at));
        }
    }

    public void Looked(LoggedLookup lookup)
    {
        if (!IsSampled(lookup.QueryHash))
        {
            return;
        }

        if (logged.Count >= MostLogged)
        {
            Interlocked.Increment(ref dropped);
            return;
        }

        logged.Enqueue(lookup);
    }

    /// <summary>Whether the lookups of this question are logged: all of them or none (SHARDS).</summary>
    public bool IsSampled(string queryHash) =>
        accessLogRate > 0 && uint.TryParse(queryHash.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var place) && place <= threshold;

    /// <summary>The hits since the last time.</summary>
    public List<Touch> TakeTouched()
    {
        lock (sync)
        {
            var taken = touched;
            touched = [];
            return [.. taken.Values];
        }
    }

    /// <summary>Gives back hits that could not be written.</summary>
    public void Return(IEnumerable<Touch> unwritten)
    {
        lock (sync)
        {
            foreach (var touch in unwritten)
            {
                Merge(touch);
            }
        }
    }

    public List<LoggedLookup> TakeLogged(int most)
    {
        var taken = new List<LoggedLookup>();
        while (taken.Count < most && logged.TryDequeue(out var lookup))
        {
            taken.Add(lookup);
        }

        return taken;
    }

    public void Return(List<LoggedLookup> unwritten)
    {
        foreach (var lookup in unwritten.TakeWhile(_ => logged.Count < MostLogged))
        {
            logged.Enqueue(lookup);
        }
    }

    private void Merge(Touch touch)
    {
        var known = touched.GetValueOrDefault(touch.QueryHash);
        if (known is null && touched.Count >= MostTouched)
        {
            Interlocked.Add(ref dropped, touch.Hits);
            return;
        }

        touched[touch.QueryHash] = known is null ? touch : touch with { Hits = known.Hits + touch.Hits, At = known.At > touch.At ? known.At : touch.At };
    }
}

/// <summary>Hits of one entry.</summary>
internal sealed record Touch(string QueryHash, int Hits, DateTimeOffset At);

/// <summary>One lookup of a sampled question; the tier is null when none had the answer.</summary>
internal sealed record LoggedLookup(string QueryHash, DateTimeOffset At, string? Tier, string Category, string Agent, int? Bytes);
