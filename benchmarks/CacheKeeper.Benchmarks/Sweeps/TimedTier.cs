using System.Diagnostics;
using CacheKeeper.Tiers;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>A tier whose removals are timed.</summary>
internal sealed class TimedTier(ITier inner) : ITier, IClockedTier
{
    private readonly List<double> _removals = [];
    private long? _first;
    private long _last;

    public IReadOnlyList<double> RemovalSeconds => _removals;

    /// <summary>From the first removal to the end of the last.</summary>
    public double ActSeconds => _first is { } first ? Stopwatch.GetElapsedTime(first, _last).TotalSeconds : 0;

    public TierName Name => inner.Name;

    public TierMeter Meter => inner.Meter;

    public async Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        _first ??= begun;
        var outcome = await inner.RemoveAsync(batch, receipt, cancellationToken);
        lock (_removals)
        {
            _last = Stopwatch.GetTimestamp();
            _removals.Add(Stopwatch.GetElapsedTime(begun, _last).TotalSeconds);
        }

        return outcome;
    }

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) => inner.LookAsync(scope, asOf, cancellationToken);

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) => inner.ScanAsync(filter, cancellationToken);

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => inner.FindAsync(scope, ids, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => inner.ReadAsync(scope, entries, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        inner.RewriteAsync(scope, rewrites, deadline, receipt, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.RestoreAsync(scope, entries, mode, now, cancellationToken);

    public Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken) => ((IClockedTier)inner).AskServerAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
