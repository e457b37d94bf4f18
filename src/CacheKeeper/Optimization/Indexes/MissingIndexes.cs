namespace CacheKeeper.Optimization.Indexes;

/// <summary>An index that the cache's statements need and that is not there.</summary>
internal sealed record MissingIndex(TableFacts Table, string Statement, string Evidence);

/// <summary>Finds indexes that are missing, from what readers and the keeper ask for, and only where sequential scans show that it hurts.</summary>
internal static class MissingIndexes
{
    // Fewer rows a scan than this are read faster without an index.
    private const double WorthRowsPerScan = 10_000;

    // What is asked for, by table: the lookup by its key; the trimming and reading of the log by time.
    private static readonly (string Table, string[] Leading, string Columns, string Use)[] Needed =
    [
        ("cache_entries", ["query_hash"], "project_name, query_hash", "every lookup of a row"),
        ("cache_stats", ["stat_name"], "stat_name", "every write of the counters"),
        ("cache_access_log", ["project_name", "at"], "project_name, at", "trimming and reading the access log"),
    ];

    /// <param name="cacheTable">The cache's own table, which may have another name than cache_entries.</param>
    public static IReadOnlyList<MissingIndex> Find(DatabaseFacts facts, string cacheTable)
    {
        var found = new List<MissingIndex>();
        foreach (var (name, leading, columns, use) in Needed)
        {
            var table = facts.Tables.FirstOrDefault(table => table.Name == (name == "cache_entries" ? cacheTable : name));
            if (table is null || facts.Indexes.Any(index => Serves(index, table, leading)))
            {
                continue;
            }

            var rows = table.SequentialScans == 0 ? 0 : (double)table.SequentialRows / table.SequentialScans;
            if (table.LiveRows >= WorthRowsPerScan && rows >= WorthRowsPerScan)
            {
                found.Add(new(
                    table,
                    $"CREATE INDEX CONCURRENTLY {table.Name}_{string.Join('_', leading)} ON \"{table.Schema}\".\"{table.Name}\" ({columns})",
                    $"Needed by {use}. {table.SequentialScans:N0} sequential scans read {rows:N0} rows each, of {table.LiveRows:N0}."));
            }
        }

        return found;
    }

    // An index serves when its first columns are those asked for, in any order among themselves, the project before or not.
    private static bool Serves(IndexFacts index, TableFacts table, string[] leading)
    {
        var keys = index.Keys.Select(key => key.Split(' ')[0].Trim('"')).ToList();
        var first = keys.FirstOrDefault() == "project_name" && leading[0] != "project_name" ? keys.Skip(1) : keys;
        return index.Valid && index.Predicate is null && (index.Schema, index.Table) == (table.Schema, table.Name) && leading.All(first.Take(leading.Length).Contains);
    }
}
