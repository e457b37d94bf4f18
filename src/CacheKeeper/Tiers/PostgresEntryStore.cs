using System.Runtime.CompilerServices;
using CacheKeeper.Client;
using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Reads a project's rows: pages of heads by primary key, whole rows by id, and which query hashes are the project's.</summary>
internal sealed class PostgresEntryStore(PostgresClient client, TimeProvider time)
{
    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = filter.After is { } text ? long.Parse(text) : long.MinValue;
        while (true)
        {
            var begun = time.GetTimestamp();
            var page = await client.RunAsync("scan", (connection, table) => PageAsync(connection, table, filter, after, cancellationToken), cancellationToken);
            var last = page.Count < filter.PageSize;
            if (page.Count > 0)
            {
                after = long.Parse(page[^1].Id);
            }

            yield return new EntryPage(page, last ? null : after.ToString());
            if (last)
            {
                yield break;
            }

            var rest = WorkRest.After(time.GetElapsedTime(begun), filter.WorkShare);
            if (filter.Pause > TimeSpan.Zero || rest > TimeSpan.Zero)
            {
                await Task.Delay(rest > filter.Pause ? rest : filter.Pause, time, cancellationToken);
            }
        }
    }

    public Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        client.RunAsync<IReadOnlyList<EntryHead>>("find", async (connection, table) =>
        {
            await using var command = PostgresClient.Command(connection, scope, default, $"SELECT {HeadColumns(table)} FROM {table.Name} t WHERE {table.Scope(scope)} AND t.id = ANY(@ids) ORDER BY t.id");
            command.Parameters.AddWithValue("ids", ids.Select(long.Parse).ToArray());
            return await ReadHeadsAsync(command, ids.Count, cancellationToken);
        }, cancellationToken);

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) =>
        client.RunAsync<IReadOnlyList<StoredEntry>>("read", async (connection, table) =>
        {
            await using var command = PostgresClient.Command(connection, scope, default, $"SELECT t.id::text, row_to_json(t)::text FROM {table.Name} t WHERE {table.Scope(scope)} AND t.id = ANY(@ids)");
            command.Parameters.AddWithValue("ids", entries.Select(entry => long.Parse(entry.Id)).ToArray());
            return await PostgresClient.ReadRowsAsync(command, entries, cancellationToken);
        }, cancellationToken);

    /// <summary>Which of these hashes are this project's: Redis keys carry no project, rows do.</summary>
    public Task<IReadOnlyDictionary<string, OwnedHash>> FindHashesAsync(string project, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) =>
        client.RunAsync<IReadOnlyDictionary<string, OwnedHash>>("find hashes", async (connection, table) =>
        {
            var found = new Dictionary<string, OwnedHash>();
            await using var command = PostgresClient.Command(connection, new TierScope(project), default, $"""
                SELECT t.query_hash, {table.Category}, {table.Text("agent_id")}, {table.Number("access_count")}, {PostgresTable.Told(table.Instant("accessed_at"))}, {PostgresTable.Told(table.Instant("created_at"))}, {table.Pinned}
                FROM {table.Name} t WHERE t.project_name = @project AND t.query_hash = ANY(@hashes)
                """);
            command.Parameters.AddWithValue("hashes", hashes.ToArray());
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                var hash = row.GetString(0);
                found[hash] = new OwnedHash(hash, row.Text(1), row.Text(2), row.Long(3), row.Instant(4), row.Instant(5), row.GetBoolean(6));
            }

            return found;
        }, cancellationToken);

    private static async Task<List<EntryHead>> PageAsync(NpgsqlConnection connection, PostgresTable table, EntryFilter filter, long after, CancellationToken cancellationToken)
    {
        await using var command = PostgresClient.Command(connection, filter.Scope, filter.AsOf, $"""
            SELECT {HeadColumns(table)} FROM {table.Name} t WHERE {table.Scope(filter.Scope)} AND t.id > @after{table.State(filter.State)}
            ORDER BY t.id LIMIT @size
            """);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("size", filter.PageSize);
        return await ReadHeadsAsync(command, filter.PageSize, cancellationToken);
    }

    private static string HeadColumns(PostgresTable table) => $"""
        t.id::text, t.xmin::text, t.query_hash, {table.Category}, {table.Text("agent_id")}, ({table.Bytes}), {PostgresTable.Told(table.Instant("created_at"))}, {PostgresTable.Told(table.Instant("updated_at"))},
        {PostgresTable.Told(table.Instant("accessed_at"))}, {table.Number("access_count")}, {PostgresTable.Told(table.ExpiresAt)}, {table.Pinned}, left(t.response_text, 5), t.ctid::text
        """;

    private static async Task<List<EntryHead>> ReadHeadsAsync(NpgsqlCommand command, int most, CancellationToken cancellationToken)
    {
        var heads = new List<EntryHead>(most);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            heads.Add(new EntryHead(TierName.Postgresql, row.GetString(0), row.GetString(1))
            {
                QueryHash = row.Text(2),
                Category = row.Text(3),
                Agent = row.Text(4),
                Bytes = row.GetInt64(5),
                CreatedAt = row.Instant(6),
                UpdatedAt = row.Instant(7),
                AccessedAt = row.Instant(8),
                AccessCount = row.Long(9),
                ExpiresAt = row.Instant(10),
                Pinned = row.GetBoolean(11),
                IsCompressed = row.Text(12) == ValueEnvelope.Magic,
                Place = row.Text(13),
            });
        }

        return heads;
    }
}
