namespace CacheKeeper.Metrics;

/// <summary>What only the rows of the PostgreSQL tier can tell. Null is unknown.</summary>
internal sealed record RowFigures
{
    public long Rows { get; init; }
    public long Bytes { get; init; }

    /// <summary>Of live rows that were hit at least once within their own time; null where the table does not count hits.</summary>
    public long? UsedBytes { get; init; }

    /// <summary>Of live rows that were not, by category.</summary>
    public IReadOnlyDictionary<string, long> UnusedBytes { get; init; } = new Dictionary<string, long>();

    public long? Optimized { get; init; }

    /// <summary>Rows whose question stands in an earlier row already.</summary>
    public long? Duplicates { get; init; }

    /// <summary>Mean share of their time that live rows have left.</summary>
    public double? Freshness { get; init; }
    public double? MeanAnswerBytes { get; init; }
}
