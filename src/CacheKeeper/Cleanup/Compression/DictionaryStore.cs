using CacheKeeper.Client;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>
/// Keeps a project's dictionaries for ever in the keeper's own state, and copies of them where readers look (docs/client.md "Compressed values").
/// No value is written before its dictionary has been read back from its place.
/// </summary>
internal sealed class DictionaryStore(StateStore state, IReadOnlyList<ITier> tiers, string project)
{
    /// <summary>The dictionary to beat: the newest; null when none was trained yet.</summary>
    public async Task<ValueDictionary?> NewestAsync(CancellationToken cancellationToken) => await AllAsync(placedOnly: false, cancellationToken) is [.., var newest] ? newest : null;

    public async Task<ValueDictionary> FindAsync(string id, CancellationToken cancellationToken) =>
        (await AllAsync(placedOnly: false, cancellationToken)).FirstOrDefault(dictionary => dictionary.Id == id)
        ?? throw new KeeperException($"The dictionary {id} is not in the keeper's state.", "Make a new plan.");

    public Task KeepAsync(ValueDictionary dictionary, DateTimeOffset now, CancellationToken cancellationToken) => state.ExecuteAsync(
        "INSERT INTO value_dictionaries (project, dictionary, content, created_at) VALUES (@project, @Id, @content, @at) ON CONFLICT DO NOTHING",
        new { project, dictionary.Id, content = Convert.ToBase64String(dictionary.Content), at = now.ToUnixTimeMilliseconds() },
        cancellationToken);

    /// <summary>Puts a dictionary where readers look, in every place that can be reached; true when they find it in one.</summary>
    public async Task<bool> PlaceAsync(ValueDictionary dictionary, CancellationToken cancellationToken)
    {
        var placed = false;
        foreach (var tier in tiers)
        {
            placed |= await TryPlaceAsync(tier, dictionary, cancellationToken);
        }

        await state.ExecuteAsync("UPDATE value_dictionaries SET placed = 1 WHERE project = @project AND dictionary = @Id", new { project, dictionary.Id }, cancellationToken);
        return placed;
    }

    /// <summary>Puts back every dictionary whose copies have gone (a flushed Redis, a restored database).</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var dictionary in await AllAsync(placedOnly: true, cancellationToken))
        {
            await PlaceAsync(dictionary, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ValueDictionary>> AllAsync(bool placedOnly, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>("SELECT dictionary AS Id, content AS Content, placed AS Placed FROM value_dictionaries WHERE project = @project ORDER BY created_at, dictionary", new { project }, cancellationToken);
        return [.. rows.Where(row => !placedOnly || row.Placed == 1).Select(row => new ValueDictionary(row.Id, Convert.FromBase64String(row.Content)))];
    }

    // Readers ask Redis first and PostgreSQL then, so one place is enough; the other one spares them the wait when the first is down.
    private async Task<bool> TryPlaceAsync(ITier tier, ValueDictionary dictionary, CancellationToken cancellationToken)
    {
        try
        {
            return tier switch
            {
                RedisTier redis => await PlaceAsync(redis, dictionary, cancellationToken),
                PostgresTier postgres => await PlaceAsync(postgres, dictionary, cancellationToken),
                _ => false,
            };
        }
        catch (TierException)
        {
            return false;
        }
    }

    private async Task<bool> PlaceAsync(RedisTier redis, ValueDictionary dictionary, CancellationToken cancellationToken)
    {
        var (key, text) = (CacheKeys.Dictionary(project, dictionary.Id), Convert.ToBase64String(dictionary.Content));
        if ((await redis.CommandAsync("read a dictionary", ["GET", key], cancellationToken)).Text == text)
        {
            return true;
        }

        await redis.CommandAsync("write a dictionary", ["SET", key, text], cancellationToken);
        return (await redis.CommandAsync("read a dictionary", ["GET", key], cancellationToken)).Text == text;
    }

    private Task<bool> PlaceAsync(PostgresTier postgres, ValueDictionary dictionary, CancellationToken cancellationToken) =>
        postgres.RunAsync("write a dictionary", async (connection, _) =>
        {
            await using (var exists = new NpgsqlCommand("SELECT to_regclass('cache_dictionaries') IS NOT NULL", connection))
            {
                if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
                {
                    await using var create = new NpgsqlCommand(CacheTables.Dictionaries, connection);
                    await create.ExecuteNonQueryAsync(cancellationToken);
                }
            }

            await using var write = new NpgsqlCommand(
                "INSERT INTO cache_dictionaries (project_name, dictionary_id, content) VALUES (@project, @id, @content) ON CONFLICT DO NOTHING", connection);
            write.Parameters.AddWithValue("project", project);
            write.Parameters.AddWithValue("id", dictionary.Id);
            write.Parameters.AddWithValue("content", dictionary.Content);
            await write.ExecuteNonQueryAsync(cancellationToken);
            await using var read = new NpgsqlCommand("SELECT content FROM cache_dictionaries WHERE project_name = @project AND dictionary_id = @id", connection);
            read.Parameters.AddWithValue("project", project);
            read.Parameters.AddWithValue("id", dictionary.Id);
            return await read.ExecuteScalarAsync(cancellationToken) is byte[] content && content.AsSpan().SequenceEqual(dictionary.Content);
        }, cancellationToken);

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Content { get; set; } = "";
        public long Placed { get; set; }
    }
}
