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
            var removed = await DeleteAsync(connection, table, batch, byPlace: batch.Entries.All(entry => entry.Place is not null), cancellationToken);
            await receipt(removed, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Outcome(batch.Entries, removed);
        }, cancellationToken);

    // A row is found where it was seen to lie; whether it is the one, and unchanged, its identity and version say. Those that lie there no more are looked for
    // by identity: a table that was packed anew has moved its rows and changed none.
    private static async Task<List<StoredEntry>> DeleteAsync(NpgsqlConnection connection, PostgresTable table, RemovalBatch batch, bool byPlace, CancellationToken cancellationToken)
    {
        var heads = batch.Entries.ToDictionary(entry => entry.Id);
        await using var command = PostgresClient.Command(connection, batch.Scope, default, $"""
            {PostgresRowText.Settings}
            DELETE FROM {table.Name} t WHERE {(byPlace ? "t.ctid = ANY(@places::tid[])" : "t.id = ANY(@ids)")} AND t.id::text || ' ' || t.xmin::text = ANY(@versions)
            AND {table.Scope(batch.Scope)} AND clock_timestamp() < @deadline RETURNING t.id, {table.Row.Columns}
            """);
        command.Parameters.AddWithValue("versions", batch.Entries.Select(entry => $"{entry.Id} {entry.Version}").ToArray());
        command.Parameters.AddWithValue("deadline", batch.Deadline.UtcDateTime);
        if (byPlace)
        {
            command.Parameters.AddWithValue("places", batch.Entries.Select(entry => entry.Place!).ToArray());
        }
        else
        {
            command.Parameters.AddWithValue("ids", batch.Entries.Select(entry => long.Parse(entry.Id)).ToArray());
        }

        var removed = await command.ReadWholeAsync(table.Row, heads, cancellationToken);
        if (!byPlace || removed.Count == heads.Count)
        {
            return removed;
        }

        removed.ForEach(entry => heads.Remove(entry.Head.Id));
        return [.. removed, .. await DeleteAsync(connection, table, batch with { Entries = [.. heads.Values] }, byPlace: false, cancellationToken)];
    }

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

    private static RemovalOutcome Outcome(IReadOnlyList<EntryHead> asked, IReadOnlyList<StoredEntry> done)
    {
        var removed = done.Select(entry => entry.Head.Id).ToList();
        return new RemovalOutcome(removed, [.. asked.Select(entry => entry.Id).Except(removed)], []);
    }
}
