using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>A tier that answers a probe and never a look.</summary>
internal sealed class SlowTier(TimeProvider time) : ITier
{
    private readonly TaskCompletionSource _looked = new();

    public TierName Name => TierName.Postgresql;

    public TierMeter Meter { get; } = new();

    /// <summary>Ends when a look has begun.</summary>
    public Task Looked => _looked.Task;

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => Task.FromResult(new ProbeResult(Name, time.GetUtcNow(), [new ProbeStep("call", true, TimeSpan.FromMilliseconds(1), null)]));

    public async Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        _looked.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        return new TierSnapshot(Name, asOf);
    }

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
