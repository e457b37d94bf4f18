using System.Diagnostics;
using Npgsql;

namespace CacheKeeper.Client.Tiers;

/// <summary>The database behind the PostgreSQL tier, and what it turned out to hold. What exists is looked up once, and again after an error.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private const string Look = """
        select array(select attname::text from pg_attribute
                     where attrelid = to_regclass('cache_entries') and attnum > 0 and not attisdropped),
               exists (select 1 from pg_index i where i.indrelid = to_regclass('cache_entries') and i.indisunique and i.indnatts = 1
                       and i.indkey[0] = (select attnum from pg_attribute where attrelid = i.indrelid and attname = 'query_hash')),
               to_regclass('cache_stats') is not null,
               to_regclass('cache_access_log') is not null,
               to_regclass('cache_directives') is not null,
               to_regclass('cache_dictionaries') is not null
        """;

    private readonly NpgsqlDataSource source;
    private readonly bool createMissing;
    private readonly SemaphoreSlim looking = new(1);
    private PostgreSqlShape? shape;
    private long looked;

    public PostgreSqlDatabase(string databaseUrl, bool createMissing)
    {
        // Naive timestamps are UTC here; a broken connection must not hold a lookup for the length of a polite cancellation.
        var connection = new NpgsqlConnectionStringBuilder(PostgreSqlUrl.ToConnectionString(databaseUrl))
        {
            Timezone = "UTC",
            CancellationTimeout = -1,
            ApplicationName = "cachekeeper-client",
        };
        source = NpgsqlDataSource.Create(connection);
        this.createMissing = createMissing;
    }

    /// <summary>What there is. What is missing may be made by the keeper at any time, so it is looked for again every few seconds.</summary>
    public Task<PostgreSqlShape> ShapeAsync(CancellationToken cancellationToken) => ShapeAsync(LookAgainAfter, cancellationToken);

    /// <summary>The same, looked for again now when something is missing.</summary>
    public Task<PostgreSqlShape> FreshShapeAsync(CancellationToken cancellationToken) => ShapeAsync(TimeSpan.Zero, cancellationToken);

    public NpgsqlCommand Command(string statement, params object?[] values)
    {
        var command = source.CreateCommand(statement);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    public async Task<int> ExecuteAsync(string statement, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(statement, values);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException)
        {
            Forget();
            throw;
        }
    }

    public async Task<object?> ScalarAsync(string statement, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(statement, values);
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken) is { } found and not DBNull ? found : null;
        }
        catch (PostgresException)
        {
            Forget();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        looking.Dispose();
        return source.DisposeAsync();
    }

    // A column or table may have come or gone since: look again before the next call.
    private void Forget() => shape = null;

    private async Task<PostgreSqlShape> ShapeAsync(TimeSpan lookAgainAfter, CancellationToken cancellationToken)
    {
        bool Holds(PostgreSqlShape known) => known.IsComplete || Stopwatch.GetElapsedTime(looked) < lookAgainAfter;
        if (shape is { } known && Holds(known))
        {
            return known;
        }

        await looking.WaitAsync(cancellationToken);
        try
        {
            if (shape is not { } found || !Holds(found))
            {
                shape = found = await LookAsync(cancellationToken);
                looked = Stopwatch.GetTimestamp();
            }

            return found;
        }
        finally
        {
            looking.Release();
        }
    }

    private async Task<PostgreSqlShape> LookAsync(CancellationToken cancellationToken)
    {
        var seen = await ReadShapeAsync(cancellationToken);
        if (!createMissing || (seen.HasStats && seen.HasAccessLog))
        {
            return seen;
        }

        try
        {
            await ExecuteAsync(CacheTables.Stats, [], cancellationToken);
            await ExecuteAsync(CacheTables.AccessLog, [], cancellationToken);
        }
        catch (PostgresException)
        {
            // Not allowed, or another gateway is doing it at this moment: go on with what there is.
        }

        return await ReadShapeAsync(cancellationToken);
    }

    private async Task<PostgreSqlShape> ReadShapeAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Look);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var columns = await reader.GetFieldValueAsync<string[]>(0, cancellationToken);
        return new PostgreSqlShape(
            columns.ToHashSet(), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(5));
    }
}

/// <summary>What a database turned out to hold.</summary>
/// <param name="Columns">Of <c>cache_entries</c>; empty when there is no such table.</param>
/// <param name="HashIsUnique">Whether a hash stands once in the whole table (as documented), not once a project.</param>
/// <param name="HasStats">Whether there is a table <c>cache_stats</c>; the others likewise.</param>
internal sealed record PostgreSqlShape(
    IReadOnlySet<string> Columns, bool HashIsUnique, bool HasStats, bool HasAccessLog, bool HasDirectives, bool HasDictionaries)
{
    public bool IsComplete => HasEntries && HasStats && HasAccessLog && HasDirectives && HasDictionaries;

    public bool HasEntries => Columns.Count > 0;

    public bool Expires => Columns.Contains("expires_at");

    public bool CountsHits => Columns.Contains("hit_count");
}
