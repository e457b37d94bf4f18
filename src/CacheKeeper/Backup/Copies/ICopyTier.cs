using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>One tier as something that can be copied out as lines and written back from them.</summary>
internal interface ICopyTier
{
    /// <summary>postgresql, upstash, mem0 or state.</summary>
    string Name { get; }

    /// <summary>Lines come in the order of their ids, so that what changed since an earlier copy can be told.</summary>
    bool IsOrdered { get; }

    /// <summary>What must not be touched by others meanwhile; null when nothing.</summary>
    string? Resource { get; }

    /// <summary>The scope's entries as blocks of whole lines, each of which stands until the next is asked for; fills in <paramref name="facts"/> on the way.</summary>
    /// <exception cref="TierException">The tier could not be read to the end: what came so far is no copy.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, CancellationToken cancellationToken);

    /// <summary>Reads a line's facts: for filters and previews.</summary>
    LineFactsReader FactsOf(TierPart part);

    /// <summary>Which of the tier's entries would be touched, and how; changes nothing.</summary>
    Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken);

    /// <summary>Nothing of the scope stands, and a restore fills it whole or leaves it empty: its lines may be proven while they are written.</summary>
    Task<bool> FillsAtOnceAsync(RestoreWork work, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Writes lines back so that readers see an entry as it was or as it becomes, never half.</summary>
    Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken);

    /// <summary>Restores into a scratch place, reads that back and compares; leaves nothing behind.</summary>
    Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken);
}

/// <summary>What is learned of a tier while it is copied out.</summary>
internal sealed class CopyFacts
{
    public DateTimeOffset? AsOf { get; set; }
    public string? Identity { get; set; }
    public string? Server { get; set; }
    public TableShape? Table { get; set; }
    public List<string> Remarks { get; } = [];

    /// <summary>How many entries there are, when the tier knows beforehand.</summary>
    public long? Expected { get; set; }

    /// <summary>Entries that are there and could not be copied.</summary>
    public long Unreadable { get; set; }
}

/// <summary>The lines to write back, and how.</summary>
internal sealed record RestoreWork
{
    public required TierScope Scope { get; init; }
    public required string Point { get; init; }
    public required TierPart Part { get; init; }

    /// <summary>The lines that are wanted; every call reads them anew.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> Lines { get; init; }

    public required RestoreAim Aim { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>The copy of what stood, made just before: only an entry that still has the content it holds is replaced or removed. Null: none was wanted, and whatever stands is.</summary>
    public SafetyLines? Safety { get; init; }

    /// <summary>The tier may be locked for its readers meanwhile where that is faster.</summary>
    public bool ReadersMayWait { get; init; }

    /// <summary>Called with the number of entries handled so far.</summary>
    public Action<long> Progress { get; init; } = _ => { };

    /// <summary>Proves before each batch that the run may still change things.</summary>
    public Func<CancellationToken, Task> ProveAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Keeps the new ids of restored memories.</summary>
    public Func<IReadOnlyDictionary<string, string>, CancellationToken, Task> RememberAsync { get; init; } = (_, _) => Task.CompletedTask;
}

/// <summary>A tier as the safety copy of a restore holds it.</summary>
/// <param name="Lines">All of them; every call reads them anew.</param>
internal sealed record SafetyLines(TierPart Part, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> Lines)
{
    /// <summary>A copy of nothing, where nothing was to be replaced or removed: whatever differs is left.</summary>
    public static SafetyLines None(TierPart part) => new(part with { Entries = 0 }, _ => AsyncEnumerable.Empty<ReadOnlyMemory<byte>>());
}
