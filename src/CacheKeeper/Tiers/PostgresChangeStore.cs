using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace CacheKeeper.Tiers;

/// <summary>Removes and rewrites rows whose identity and version still match, in one short transaction each, before the server's clock passes the deadline.</summary>
internal sealed class PostgresChangeStore(PostgresClient client)
{
    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        batch.Entries.Count == 0 ? Task.FromResult(RemovalOutcome.Nothing) : client.RunAsync("remove", async (connection, table) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var command = PostgresClient.Command(connection, batch.Scope, default, $"""
                DELETE FROM {table.Name} t USING unnest(@ids, @versions) AS wanted(id, version)
                WHERE t.id = wanted.id AND t.id BETWEEN @first AND @last AND t.xmin::text = wanted.version AND {table.Scope(batch.Scope)} AND clock_timestamp() < @deadline
                RETURNING t.id::text, row_to_json(t)::text
                """);
            AddVersions(command, batch.Entries, batch.Deadline);
            AddWindow(command, batch.Entries);
            var removed = await PostgresClient.ReadRowsAsync(command, batch.Entries, cancellationToken);
            await receipt(removed, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Outcome(batch.Entries, removed);
        }, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        rewrites.Count == 0 ? Task.FromResult(RemovalOutcome.Nothing) : client.RunAsync("rewrite", async (connection, table) =>
        {
            var heads = rewrites.Select(rewrite => rewrite.Entry).ToList();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var look = PostgresClient.Command(connection, scope, default, $"""
                SELECT t.id::text, row_to_json(t)::text FROM {table.Name} t JOIN unnest(@ids, @versions) AS wanted(id, version) ON t.id = wanted.id AND t.xmin::text = wanted.version
                WHERE {table.Scope(scope)} AND clock_timestamp() < @deadline FOR UPDATE OF t
                """);
            AddVersions(look, heads, deadline);
            var before = await PostgresClient.ReadRowsAsync(look, heads, cancellationToken);
            await receipt(before, cancellationToken);
            var still = before.Select(entry => entry.Head.Id).ToHashSet();
            await WriteAsync(connection, table, scope, [.. rewrites.Where(rewrite => still.Contains(rewrite.Entry.Id))], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Outcome(heads, before);
        }, cancellationToken);

    private static async Task WriteAsync(NpgsqlConnection connection, PostgresTable table, TierScope scope, IReadOnlyList<EntryRewrite> rewrites, CancellationToken cancellationToken)
    {
        await using var command = PostgresClient.Command(connection, scope, default, $"""
            UPDATE {table.Name} t SET response_text = COALESCE(wanted.value, t.response_text), {table.SetEnd}
            FROM unnest(@ids, @values, @ends) AS wanted(id, value, ends) WHERE t.id = wanted.id AND {table.Scope(scope)}
            """);
        command.Parameters.AddWithValue("ids", rewrites.Select(rewrite => long.Parse(rewrite.Entry.Id)).ToArray());
        command.Parameters.AddWithValue("values", NpgsqlDbType.Array | NpgsqlDbType.Text, rewrites.Select(rewrite => rewrite.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null).ToArray());
        command.Parameters.AddWithValue("ends", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, rewrites.Select(rewrite => rewrite.ExpiresAt?.UtcDateTime).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddVersions(NpgsqlCommand command, IReadOnlyList<EntryHead> entries, DateTimeOffset deadline)
    {
        command.Parameters.AddWithValue("ids", entries.Select(entry => long.Parse(entry.Id)).ToArray());
        command.Parameters.AddWithValue("versions", entries.Select(entry => entry.Version).ToArray());
        command.Parameters.AddWithValue("deadline", deadline.UtcDateTime);
    }

    // The window of ids: whichever way the planner joins, it never reads more of the table than lies between the first and the last.
    private static void AddWindow(NpgsqlCommand command, IReadOnlyList<EntryHead> entries)
    {
        command.Parameters.AddWithValue("first", entries.Min(entry => long.Parse(entry.Id)));
        command.Parameters.AddWithValue("last", entries.Max(entry => long.Parse(entry.Id)));
    }

    private static RemovalOutcome Outcome(IReadOnlyList<EntryHead> asked, IReadOnlyList<StoredEntry> done)
    {
        var removed = done.Select(entry => entry.Head.Id).ToList();
        return new RemovalOutcome(removed, [.. asked.Select(entry => entry.Id).Except(removed)], []);
    }
}
