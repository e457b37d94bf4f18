using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Metrics;

/// <summary>Reads <see cref="RowFigures"/> in one statement over the project's rows.</summary>
internal static class RowFigureStore
{
    public static Task<RowFigures> ReadAsync(PostgresTier postgres, string project, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        postgres.RunAsync("measure rows", (connection, table) => ReadAsync(connection, table, project, asOf, cancellationToken), cancellationToken);

    private static async Task<RowFigures> ReadAsync(NpgsqlConnection connection, PostgresTable table, string project, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Statement(table), connection);
        command.Parameters.AddWithValue("project", project);
        command.Parameters.AddWithValue("as_of", asOf.UtcDateTime);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var (figures, unused) = (new RowFigures(), new Dictionary<string, long>());
        var (optimized, duplicates, used) = (0L, 0L, 0L);
        double fresh = 0, freshRows = 0, answers = 0;
        while (await row.ReadAsync(cancellationToken))
        {
            figures = figures with { Rows = figures.Rows + row.GetInt64(1), Bytes = figures.Bytes + row.GetInt64(2) };
            used += row.GetInt64(3);
            unused[row.GetString(0)] = row.GetInt64(4);
            optimized += row.GetInt64(5);
            duplicates += row.GetInt64(6);
            fresh += row.GetDouble(7);
            freshRows += row.GetInt64(8);
            answers += row.GetInt64(9);
        }

        var countsHits = table.Has("access_count") || table.Has("hit_count");
        return figures with
        {
            UsedBytes = countsHits ? used : null,
            UnusedBytes = countsHits ? unused : new Dictionary<string, long>(),
            Optimized = optimized,
            Duplicates = table.Has("query_text") ? duplicates : null,
            Freshness = freshRows > 0 ? fresh / freshRows : null,
            MeanAnswerBytes = figures.Rows > 0 ? answers / figures.Rows : null,
        };
    }

    private static string Statement(PostgresTable table)
    {
        var hits = $"GREATEST(COALESCE({table.Number("access_count")}, 0), COALESCE({table.Number("hit_count")}, 0))";
        var wasHit = $"{hits} > 0 AND (e IS NULL OR COALESCE({table.Instant("accessed_at")}, {table.Instant("created_at")}) <= e)";
        var question = table.Has("query_text") ? "md5(lower(regexp_replace(btrim(t.query_text), '\\s+', ' ', 'g')))" : "NULL::text";
        var optimized = $"t.response_text LIKE 'ckz1.%'{(table.Has("metadata") ? " OR t.metadata ->> 'optimized' = 'true'" : "")}";
        return $"""
            SELECT category, count(*), COALESCE(sum(bytes), 0)::bigint, COALESCE(sum(bytes) FILTER (WHERE live AND hit), 0)::bigint, COALESCE(sum(bytes) FILTER (WHERE live AND NOT hit), 0)::bigint,
                count(*) FILTER (WHERE optimized), count(*) FILTER (WHERE question IS NOT NULL AND nth > 1),
                COALESCE(sum(remaining) FILTER (WHERE live), 0)::float8, count(remaining) FILTER (WHERE live), COALESCE(sum(answer), 0)::bigint
            FROM (
                SELECT {table.Category} AS category, ({table.Bytes})::bigint AS bytes, (e IS NULL OR e > @as_of) AS live, ({wasHit}) AS hit, ({optimized}) AS optimized,
                    {question} AS question, row_number() OVER (PARTITION BY {question} ORDER BY t.id) AS nth, octet_length(t.response_text)::bigint AS answer,
                    CASE WHEN e > {table.Instant("created_at")} THEN LEAST(1, GREATEST(0, extract(epoch FROM e - @as_of) / extract(epoch FROM e - {table.Instant("created_at")}))) END AS remaining
                FROM {table.Name} t CROSS JOIN LATERAL (SELECT {table.ExpiresAt} AS e) x
                WHERE t.project_name = @project) rows
            GROUP BY category
            """;
    }
}
