using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Reads how the indexes of the gateway's table have been used since the server began to count.</summary>
internal static class IndexUseStore
{
    /// <param name="knownSince">Where the server does not say when it began to count: since when we have seen the table.</param>
    public static Task<IReadOnlyList<IndexUse>> ReadAsync(PostgresTier postgres, DateTimeOffset now, DateTimeOffset knownSince, CancellationToken cancellationToken) =>
        postgres.RunAsync<IReadOnlyList<IndexUse>>("read index use", async (connection, table) =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT s.indexrelname::text, pg_relation_size(s.indexrelid), s.idx_scan, i.indisunique,
                    (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database())
                FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) WHERE s.relid = to_regclass(@table) ORDER BY 1
                """,
                connection);
            command.Parameters.AddWithValue("table", table.Name);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var indexes = new List<IndexUse>();
            while (await row.ReadAsync(cancellationToken))
            {
                // The later of both: an index is called unused only after a window we have seen ourselves.
                var reset = row.IsDBNull(4) ? knownSince : new DateTimeOffset(row.GetDateTime(4), TimeSpan.Zero);
                var observed = now - (reset > knownSince ? reset : knownSince);
                indexes.Add(new IndexUse(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3), observed > TimeSpan.Zero ? observed : TimeSpan.Zero));
            }

            return indexes;
        }, cancellationToken);
}
