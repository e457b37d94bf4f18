using System.Text.Json.Serialization;

namespace CacheKeeper.Backup.Format;

/// <summary>One tier within a restore point.</summary>
internal sealed record TierPart
{
    /// <summary>postgresql, upstash, mem0, or state (the keeper's own).</summary>
    public required string Tier { get; init; }

    public required PartState State { get; init; }

    /// <summary>Why it is not whole; empty when it is.</summary>
    public string Reason { get; init; } = "";

    public long Entries { get; init; }

    /// <summary>Bytes of all entries as they were read.</summary>
    public long PlainBytes { get; init; }

    /// <summary>Bytes that this backup added to the location for this tier.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Digest over all entries, whatever their order (<see cref="LineDigest"/>).</summary>
    public string Digest { get; init; } = "";

    /// <summary>The instant at which the tier looked so, by its own clock where it has one.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Which database it was; another one that answers at a restore is noticed.</summary>
    public string? Identity { get; init; }

    public string? Server { get; init; }

    /// <summary>PostgreSQL: how the table looked.</summary>
    public TableShape? Table { get; init; }

    /// <summary>What could not be copied exactly, in sentences.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>A whole copy, then what changed since; later layers win.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    [JsonIgnore]
    public long LayeredBytes => Layers.Skip(1).Sum(layer => layer.Bytes);
}

/// <summary>Lines in the order in which they were read, cut into chunks.</summary>
/// <param name="Chunks">Their names: keyed hashes of their content.</param>
/// <param name="Bytes">Plain bytes.</param>
internal sealed record Layer(IReadOnlyList<string> Chunks, long Bytes, long Lines);

/// <summary>Whether a tier is whole within a restore point.</summary>
internal enum PartState
{
    Complete,

    /// <summary>Read, but something is missing or suspicious.</summary>
    Partial,

    /// <summary>Could not be read.</summary>
    Failed,
}

/// <summary>How a table looked: enough to make it again and to notice what is missing.</summary>
internal sealed record TableShape
{
    public required string Name { get; init; }

    /// <summary>Columns in the order of the lines' fields; the first is id.</summary>
    public required IReadOnlyList<ShapeColumn> Columns { get; init; }

    /// <summary>Each index by its whole definition.</summary>
    public IReadOnlyList<string> Indexes { get; init; } = [];

    public string? Sequence { get; init; }

    public long? SequenceValue { get; init; }

    public int ColumnOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>One column: name, type, default and whether it may be null.</summary>
internal sealed record ShapeColumn(string Name, string Type, string? Default, bool NotNull);
