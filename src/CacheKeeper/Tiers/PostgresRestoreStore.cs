using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace CacheKeeper.Tiers;

/// <summary>Writes rows back with all their columns, in one transaction. Needs INSERT.</summary>
internal sealed class PostgresRestoreStore(PostgresClient client)
{
    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        entries.Count == 0 ? Task.FromResult(new RestoreOutcome()) : client.RunAsync("restore", async (connection, table) =>
        {
            var expired = mode == RestoreMode.Exact ? [] : entries.Where(entry => entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
            var wanted = entries.Where(entry => !expired.Contains(entry.Head.Id)).ToList();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (mode == RestoreMode.Replace)
            {
                await ClearAsync(connection, table, scope, wanted, cancellationToken);
            }

            var restored = await InsertAsync(connection, table, scope, wanted, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new RestoreOutcome
            {
                Restored = restored,
                ExpiredSince = [.. expired],
                WrittenSince = [.. wanted.Select(entry => entry.Head.Id).Except(restored)],
            };
        }, cancellationToken);

    private static async Task ClearAsync(NpgsqlConnection connection, PostgresTable table, TierScope scope, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        await using var clear = PostgresClient.Command(connection, scope, default, $"DELETE FROM {table.Name} t WHERE {table.Scope(scope)} AND t.id = ANY(@ids)");
        clear.Parameters.AddWithValue("ids", entries.Select(entry => long.Parse(entry.Head.Id)).ToArray());
        await clear.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<string>> InsertAsync(NpgsqlConnection connection, PostgresTable table, TierScope scope, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        await using var command = PostgresClient.Command(connection, scope, default, $"""
            INSERT INTO {table.Name} AS t ({table.Columns}) OVERRIDING SYSTEM VALUE
            SELECT {table.Columns} FROM json_populate_recordset(NULL::{table.Name}, @rows) AS t WHERE {table.Scope(scope)}
            ON CONFLICT DO NOTHING RETURNING t.id::text
            """);
        command.Parameters.Add(new NpgsqlParameter("rows", NpgsqlDbType.Json) { Value = JsonArray(entries) });
        var written = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            written.Add(row.GetString(0));
        }

        return written;
    }

    private static string JsonArray(IReadOnlyList<StoredEntry> entries)
    {
        var text = new StringBuilder("[");
        foreach (var entry in entries)
        {
            text.Append(text.Length > 1 ? "," : "").Append(Encoding.UTF8.GetString(entry.Content.Span));
        }

        return text.Append(']').ToString();
    }
}
