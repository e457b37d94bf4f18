using System.Runtime.CompilerServices;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Crash;

/// <summary>A tier each of whose operations may fail before it is done, or after.</summary>
internal sealed class BreakableTier(ITier inner, CrashClock clock) : ITier, IClockedTier
{
    public TierName Name => inner.Name;

    public TierMeter Meter => inner.Meter;

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) => AroundAsync("look", () => inner.LookAsync(scope, asOf, cancellationToken));

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        clock.Step("tier scan");
        await foreach (var page in inner.ScanAsync(filter, cancellationToken))
        {
            yield return page;
            clock.Step("tier scan");
        }
    }

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) => inner.FindAsync(scope, ids, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) => AroundAsync("read", () => inner.ReadAsync(scope, entries, cancellationToken));

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) => AroundAsync("remove", () => inner.RemoveAsync(batch, Around(receipt), cancellationToken));

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        AroundAsync("rewrite", () => inner.RewriteAsync(scope, rewrites, deadline, Around(receipt), cancellationToken));

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        AroundAsync("restore", () => inner.RestoreAsync(scope, entries, mode, now, cancellationToken));

    public Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken) => AroundAsync("ask", () => ((IClockedTier)inner).AskServerAsync(cancellationToken));

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // Between the removal and its commit lies the receipt: it may fail before it is written, and after.
    private ReceiptWriter Around(ReceiptWriter receipt) => async (entries, token) =>
    {
        clock.Step("receipt");
        await receipt(entries, token);
        clock.Step("receipt");
    };

    private async Task<T> AroundAsync<T>(string operation, Func<Task<T>> work)
    {
        clock.Step("tier " + operation);
        var result = await work();
        clock.Step("tier " + operation);
        return result;
    }
}
