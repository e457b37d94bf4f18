using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CacheKeeper.Client;

/// <summary>
/// Counts in memory, for ever upwards; what was already written to the database is remembered beside each count, so a write that fails
/// loses nothing and the next one carries it too. The number of counters is bounded: past the bound, categories fall together as <c>other</c>.
/// </summary>
internal sealed class CacheCounters : IDisposable
{
    public const string MeterName = "CacheKeeper.Client";

    private const int MostCounters = 4096;
    private const string OtherCategory = "other";

    private readonly ConcurrentDictionary<CounterKey, Counter> counters = new();
    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> lookups;
    private readonly Histogram<double> durations;

    public CacheCounters()
    {
        lookups = meter.CreateCounter<long>("cachekeeper.client.lookups", "{lookup}", "Lookups by tier, category and outcome.");
        durations = meter.CreateHistogram<double>("cachekeeper.client.lookup.duration", "s", "How long a tier took to answer.");
    }

    public void Lookup(string tier, string category, string outcome, TimeSpan? elapsed)
    {
        Add(outcome, tier, category, 1);
        lookups.Add(1, new KeyValuePair<string, object?>("tier", tier), new("category", category), new("outcome", outcome));
        if (elapsed is { } spent)
        {
            Add(LatencyBuckets.KindOf(spent), tier, category, 1);
            Add(CacheStatKinds.LatencySum, tier, category, (long)spent.TotalMicroseconds);
            durations.Record(spent.TotalSeconds, new KeyValuePair<string, object?>("tier", tier));
        }
    }

    public void Add(string kind, string tier, string category, long amount)
    {
        var key = new CounterKey(kind, tier, category);
        var counter = counters.TryGetValue(key, out var known) ? known
            : counters.GetOrAdd(counters.Count < MostCounters ? key : key with { Category = OtherCategory }, _ => new Counter());
        Interlocked.Add(ref counter.Total, amount);
    }

    /// <summary>Everything counted since the start.</summary>
    public IReadOnlyDictionary<CounterKey, long> Totals() =>
        counters.ToDictionary(pair => pair.Key, pair => Interlocked.Read(ref pair.Value.Total));

    /// <summary>What is not written yet. Only one writer may take and settle at a time.</summary>
    public List<CounterChange> Take() =>
    [
        .. from pair in counters
           let amount = Interlocked.Read(ref pair.Value.Total) - pair.Value.Written
           where amount > 0
           select new CounterChange(pair.Key, amount),
    ];

    /// <summary>These are written.</summary>
    public void Settle(IEnumerable<CounterChange> written)
    {
        foreach (var change in written)
        {
            counters[change.Key].Written += change.Amount;
        }
    }

    public void Dispose() => meter.Dispose();

    private sealed class Counter
    {
        public long Total;

        public long Written { get; set; }
    }
}

/// <summary>What one counter counts.</summary>
internal readonly record struct CounterKey(string Kind, string Tier, string Category);

/// <summary>By how much a counter grew since it was last written.</summary>
internal sealed record CounterChange(CounterKey Key, long Amount);
