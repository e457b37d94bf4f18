using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>A tier of which only chosen entries are copied out.</summary>
internal sealed class ChosenCopyTier(ICopyTier whole, IReadOnlySet<string> ids) : ICopyTier
{
    public string Name => whole.Name;

    public bool IsOrdered => whole.IsOrdered;

    public string? Resource => whole.Resource;

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, CancellationToken cancellationToken) =>
        LineFilterService.Where(whole.ExportAsync(scope, facts, cancellationToken), line => ids.Contains(LineText.Text(LineText.Id(line))!), cancellationToken);

    public LineFactsReader FactsOf(TierPart part) => whole.FactsOf(part);

    public Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken) => whole.PreviewAsync(work, cancellationToken);

    public Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken) => whole.RestoreAsync(work, cancellationToken);

    public Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken) => whole.DrillAsync(work, cancellationToken);
}
