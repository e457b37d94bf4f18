using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>Asks PostgreSQL whether compressed values may be written: do the readers understand them, is an index laid over the answers?</summary>
internal static class ReaderStore
{
    /// <summary>When CacheKeeper.Client last counted a lookup of this project; null when it never did or nobody can say.</summary>
    public static async Task<DateTimeOffset?> LastSeenAsync(IReadOnlyList<ITier> tiers, string project, CancellationToken cancellationToken)
    {
        try
        {
            return tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres ? null : await postgres.RunAsync("look for readers", async (connection, _) =>
            {
                await using (var exists = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('cache_stats'), 'SELECT')", connection))
                {
                    if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
                    {
                        return (DateTimeOffset?)null;
                    }
                }

                await using var command = new NpgsqlCommand("SELECT max(updated_at) FROM cache_stats WHERE metadata ->> 'project' = @project AND metadata ? 'kind'", connection);
                command.Parameters.AddWithValue("project", project);
                return await command.ExecuteScalarAsync(cancellationToken) is DateTime at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
            }, cancellationToken);
        }
        catch (TierException)
        {
            return null;
        }
    }

    /// <summary>The index that is laid over the answers; null when there is none.</summary>
    public static Task<string?> IndexOverAnswersAsync(PostgresTier postgres, CancellationToken cancellationToken) =>
        postgres.RunAsync("look for indexes", async (connection, table) =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = to_regclass(@table) AND pg_get_indexdef(i.indexrelid) LIKE '%response_text%' LIMIT 1", connection);
            command.Parameters.AddWithValue("table", table.Name);
            return await command.ExecuteScalarAsync(cancellationToken) as string;
        }, cancellationToken);
}
