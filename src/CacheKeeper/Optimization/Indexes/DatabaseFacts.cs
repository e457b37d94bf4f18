namespace CacheKeeper.Optimization.Indexes;

/// <summary>What PostgreSQL's own statistics say of the cache's tables and their indexes.</summary>
internal sealed record DatabaseFacts(DateTimeOffset AsOf, IReadOnlyList<TableFacts> Tables, IReadOnlyList<IndexFacts> Indexes)
{
    /// <summary>Since when the server counts; null when it does not say.</summary>
    public DateTimeOffset? StatisticsSince { get; init; }

    /// <summary>Standbys that read: their use of an index does not show here.</summary>
    public int Standbys { get; init; }

    /// <summary>The slowest statements on the cache's tables; null where pg_stat_statements is not installed or may not be read.</summary>
    public IReadOnlyList<StatementFacts>? Statements { get; init; }

    /// <summary>Other sessions at work now.</summary>
    public int? BusySessions { get; init; }
}

/// <summary>One table.</summary>
/// <param name="Owned">Whether this role may maintain it.</param>
internal sealed record TableFacts(string Schema, string Name, long LiveRows, long DeadRows, long Bytes, bool Owned)
{
    public long ChangedSinceAnalyze { get; init; }
    public long SequentialScans { get; init; }

    /// <summary>Rows read by sequential scans.</summary>
    public long SequentialRows { get; init; }
    public DateTimeOffset? LastVacuum { get; init; }
    public DateTimeOffset? LastAnalyze { get; init; }
}

/// <summary>One index.</summary>
/// <param name="Definition">What pg_get_indexdef says.</param>
internal sealed record IndexFacts(string Schema, string Table, string Name, string Definition)
{
    public long Scans { get; init; }
    public long Bytes { get; init; }
    public double Entries { get; init; }

    /// <summary>Mean width of its key in bytes, from the statistics; null when they do not know.</summary>
    public double? KeyWidth { get; init; }
    public string Method { get; init; } = "btree";

    /// <summary>Columns and expressions with their order and operator class, one text each.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The condition of a partial index; null for a whole one.</summary>
    public string? Predicate { get; init; }
    public bool Unique { get; init; }
    public bool Primary { get; init; }

    /// <summary>It stands behind a constraint (primary, unique, exclusion, or a foreign key that points at it).</summary>
    public bool Constraint { get; init; }

    /// <summary>The table is replicated or clustered by it.</summary>
    public bool Identity { get; init; }
    public bool Valid { get; init; } = true;

    /// <summary>A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY is at it now.</summary>
    public bool BeingBuilt { get; init; }
    public bool Owned { get; init; }

    /// <summary>Since when the keeper has known this very index, and how often it was read since; null when it was not seen before.</summary>
    public IndexWatch? Watched { get; init; }
}

/// <summary>What the keeper remembers of an index: PostgreSQL itself does not know when one was made.</summary>
/// <param name="Oid">Tells a new index of an old name.</param>
/// <param name="Since">When it was first seen, or its counter was last reset.</param>
/// <param name="LastUsed">When its counter was last seen higher than before; null when never.</param>
internal sealed record IndexWatch(long Oid, DateTimeOffset Since, long Scans, DateTimeOffset? LastUsed);

/// <summary>A statement as pg_stat_statements knows it.</summary>
internal sealed record StatementFacts(string Text, long Calls, double MeanMilliseconds, double TotalMilliseconds, double RowsPerCall);
