namespace CacheKeeper.Tiers;

/// <summary>What the table looks like here: which columns of the two known schema versions exist, and the SQL that depends on it.</summary>
/// <remarks>Identifiers come from the settings (validated) and from the catalogue (quoted); values are always parameters.</remarks>
internal sealed class PostgresTable(string name, IReadOnlyDictionary<string, string> columns, ExpiryClock clock)
{
    /// <summary>The table's name, quoted.</summary>
    public string Name { get; } = Quote(name);

    /// <summary>The plain columns a row can be written back with, quoted.</summary>
    public string Columns { get; } = string.Join(", ", columns.Keys.Select(QuoteColumn));

    /// <summary>The same as they are read when a row goes.</summary>
    public PostgresRowText Row { get; } = new(columns);

    public bool Has(string column) => columns.ContainsKey(column);

    /// <summary>The instant a row's own time ends (null: never): expires_at when set, else the clock column plus ttl_seconds.</summary>
    public string ExpiresAt
    {
        get
        {
            var start = clock switch
            {
                ExpiryClock.Updated when Has("updated_at") => $"COALESCE({Instant("updated_at")}, {Instant("created_at")})",
                ExpiryClock.Accessed when Has("accessed_at") => $"COALESCE({Instant("accessed_at")}, {Instant("created_at")})",
                _ => Instant("created_at"),
            };
            var byTtl = Has("ttl_seconds") ? $"{start} + make_interval(secs => t.ttl_seconds)" : "NULL::timestamptz";
            return Has("expires_at") ? $"COALESCE({Instant("expires_at")}, {byTtl})" : byTtl;
        }
    }

    /// <summary>The assignment that gives a row the end in <c>wanted.ends</c>, in the column that holds it here; NULL leaves the row's own.</summary>
    public string SetEnd => Has("expires_at")
        ? $"expires_at = CASE WHEN wanted.ends IS NULL THEN t.expires_at ELSE wanted.ends{(IsNaive("expires_at") ? " AT TIME ZONE 'UTC'" : "")} END"
        : $"ttl_seconds = CASE WHEN wanted.ends IS NULL THEN t.ttl_seconds ELSE GREATEST(0, ceil(extract(epoch FROM wanted.ends - {Instant("created_at")})))::integer END";

    /// <summary>A column as an instant: naive timestamps are read as UTC.</summary>
    public string Instant(string column) => !Has(column)
        ? "NULL::timestamptz"
        : IsNaive(column) ? $"(t.\"{column}\" AT TIME ZONE 'UTC')" : $"t.\"{column}\"";

    /// <summary>An instant as we can hold it: years that only PostgreSQL knows (and infinity) become the first or the last that .NET does.</summary>
    public static string Told(string instant) => $"CASE WHEN {instant} > '9999-12-31Z' THEN '9999-12-31Z' WHEN {instant} < '0001-01-02Z' THEN '0001-01-02Z' ELSE {instant} END";

    public string Text(string column) => Has(column) ? $"t.\"{column}\"" : "NULL::text";

    public string Number(string column) => Has(column) ? $"t.\"{column}\"::bigint" : "NULL::bigint";

    public string Category => Has("category") ? "COALESCE(t.category, 'general')" : "'general'";

    /// <summary>What a row takes, without fetching values that are stored out of line: its header, fixed columns at their size, others as stored.</summary>
    public string Bytes { get; } = string.Join(" + ", columns.Select(column => Width(column.Value) is { } width ? $"{width}" : $"COALESCE(pg_column_size(t.{QuoteColumn(column.Key)}), 0)").Prepend("24::bigint"));

    /// <summary>Pinned by its writer: metadata.pinned is true (the value, not the key's presence).</summary>
    public string Pinned => Has("metadata") ? "COALESCE(t.metadata ->> 'pinned', '') = 'true'" : "false";

    /// <summary>The rows of a scope.</summary>
    public string Scope(TierScope scope) => scope.Category is null ? "t.project_name = @project" : $"t.project_name = @project AND {Category} = @category";

    public string State(EntryState state) => state switch
    {
        EntryState.Expired => $" AND {ExpiresAt} <= @as_of",
        EntryState.Live => $" AND ({ExpiresAt} > @as_of OR {ExpiresAt} IS NULL)",
        EntryState.ExpiredOrPinned => $" AND ({ExpiresAt} <= @as_of OR {Pinned})",
        EntryState.WithoutExpiry => $" AND {ExpiresAt} IS NULL",
        _ => "",
    };

    /// <summary>A column's name from the catalogue, quoted.</summary>
    public static string QuoteColumn(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Quote(string name) => string.Join('.', name.Split('.').Select(part => $"\"{part}\""));

    private static int? Width(string type) => type switch
    {
        "integer" => 4,
        "bigint" => 8,
        "boolean" => 1,
        _ when type.StartsWith("timestamp", StringComparison.Ordinal) => 8,
        _ => null,
    };

    private bool IsNaive(string column) => columns[column] == "timestamp without time zone";
}
