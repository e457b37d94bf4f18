using System.Diagnostics;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Load;

namespace CacheKeeper.Sandbox.Traffic;

/// <summary>How a trace is replayed.</summary>
internal sealed record ReplaySettings
{
    /// <summary>How many times faster than the trace's own clock; null means as fast as it goes.</summary>
    public double? Speed { get; init; }

    /// <summary>Replay the trace again and again for this long; null means once.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Requests under way at the same time.</summary>
    public int AtOnce { get; init; } = 16;
}

/// <summary>A gateway's traffic: each request of a trace is looked up, and on a miss the model is asked and its answer saved.</summary>
internal sealed class TrafficReplay(TieredCache cache, IReadOnlyList<LoadedQuery> queries, ReplaySettings settings, Action<int>? progress = null)
{
    private readonly Lock sync = new();
    private readonly TrafficSummary summary = new();
    private int asked;

    /// <summary>What came of it so far.</summary>
    public TrafficSummary Summary => summary;

    public async Task RunAsync(IReadOnlyList<TracedRequest> trace, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var pass = TimeSpan.Zero;
        var length = TimeSpan.FromSeconds(trace.Count == 0 ? 0 : Math.Max(0, trace[^1].At - trace[0].At) / (settings.Speed ?? double.PositiveInfinity));
        do
        {
            await Parallel.ForEachAsync(
                DueAsync(trace, clock, pass, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = settings.AtOnce, CancellationToken = cancellationToken },
                async (request, cancel) => await AskAsync(queries[(int)(request.Key % queries.Count)], cancel));
            pass += length;
        }
        while (trace.Count > 0 && settings.For is { } duration && clock.Elapsed < duration);
    }

    // Requests when they are due; a gateway that cannot keep up falls behind instead of dropping them.
    private async IAsyncEnumerable<TracedRequest> DueAsync(
        IReadOnlyList<TracedRequest> trace, Stopwatch clock, TimeSpan pass,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var request in trace)
        {
            if (settings.For is { } duration && clock.Elapsed >= duration)
            {
                yield break;
            }

            if (settings.Speed is { } speed)
            {
                var wait = pass + TimeSpan.FromSeconds((request.At - trace[0].At) / speed) - clock.Elapsed;
                if (wait > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(wait, cancellationToken);
                }
            }

            yield return request;
        }
    }

    private async Task AskAsync(LoadedQuery query, CancellationToken cancellationToken)
    {
        var lookup = await cache.LookupAsync(query.Text, category: query.Category, cancellationToken: cancellationToken);
        var wrong = false;
        if (lookup.IsHit)
        {
            wrong = lookup.Response != AnswerWriter.Answer(query.Text, lookup.Category);
        }
        else
        {
            await cache.SaveAsync(
                query.Text, AnswerWriter.Answer(query.Text, lookup.Category), category: query.Category, cancellationToken: cancellationToken);
        }

        lock (sync)
        {
            summary.Add(lookup, wrong);
        }

        progress?.Invoke(Interlocked.Increment(ref asked));
    }
}
