using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Client;

/// <summary>What the keeper leaves for the readers in Redis and PostgreSQL: directives, and the dictionaries of compressed values.</summary>
internal sealed class SharedDocuments(string project, IRedisConnection? redis, PostgreSqlDatabase? database)
{
    /// <summary>The places to look for directives, in order; each gives null when it has none and throws when it cannot say.</summary>
    public IReadOnlyList<Func<CancellationToken, Task<string?>>> Directives(bool postgreSqlFirst)
    {
        Func<CancellationToken, Task<string?>>? fromRedis = redis is null ? null : cancellationToken => GetAsync(CacheKeys.Directives(project), cancellationToken);
        Func<CancellationToken, Task<string?>>? fromTable = database is null ? null : DirectivesRowAsync;
        var order = postgreSqlFirst ? (fromTable, fromRedis) : (fromRedis, fromTable);
        return [.. new[] { order.Item1, order.Item2 }.OfType<Func<CancellationToken, Task<string?>>>()];
    }

    /// <summary>The bytes of a dictionary, from Redis or else from PostgreSQL; null when neither has it.</summary>
    public async Task<byte[]?> DictionaryAsync(string id, CancellationToken cancellationToken)
    {
        var text = redis is null ? null : await OrNullAsync(() => GetAsync(CacheKeys.Dictionary(project, id), cancellationToken), cancellationToken);
        if (text is not null && Convert.TryFromBase64String(text, new byte[text.Length], out _))
        {
            return Convert.FromBase64String(text);
        }

        return database is null ? null : await OrNullAsync(() => DictionaryRowAsync(id, cancellationToken), cancellationToken);
    }

    private async Task<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        (await redis!.SendAsync([["GET", key]], cancellationToken))[0].OrThrow().Text;

    private async Task<string?> DirectivesRowAsync(CancellationToken cancellationToken) =>
        (await database!.ShapeAsync(cancellationToken)).HasDirectives
            ? await database.ScalarAsync(PostgreSqlStatements.Directives, [project], cancellationToken) as string
            : null;

    private async Task<byte[]?> DictionaryRowAsync(string id, CancellationToken cancellationToken) =>
        (await database!.ShapeAsync(cancellationToken)).HasDictionaries
            ? await database.ScalarAsync(PostgreSqlStatements.Dictionary, [project, id], cancellationToken) as byte[]
            : null;

    // The other place may have it.
    private static async Task<T?> OrNullAsync<T>(Func<Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
