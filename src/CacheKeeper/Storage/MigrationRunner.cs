using System.Data.Common;
using System.Reflection;
using Dapper;

namespace CacheKeeper.Storage;

/// <summary>Brings the state's tables up to this version: numbered SQL files from the assembly, each applied once, in order of their names.</summary>
/// <remarks>
/// Files keep to the SQL that SQLite and PostgreSQL share; <c>{blob}</c>, <c>{double}</c> and <c>{without_rowid}</c> stand for what differs.
/// A state that a newer version wrote is refused, never changed.
/// </remarks>
internal sealed class MigrationRunner(StateStore store)
{
    private const string Folder = "Migrations/";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var known = Known();
        await using var connection = await store.ConnectWriterAsync(cancellationToken);
        if (await IsCurrentAsync(connection, known))
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (store.IsPostgres)
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(4711202611)", transaction: transaction);
        }

        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)", transaction: transaction);
        var applied = (await connection.QueryAsync<string>("SELECT name FROM schema_migrations", transaction: transaction)).ToHashSet();
        RefuseNewer(applied, known);
        foreach (var name in known.Where(name => !applied.Contains(name)))
        {
            await connection.ExecuteAsync(ForDialect(Read(name)), transaction: transaction);
            await connection.ExecuteAsync($"INSERT INTO schema_migrations (name, applied_at) VALUES (@name, {store.NowMilliseconds})", new { name }, transaction);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The newest migration of this version.</summary>
    public static string Newest => Known()[^1];

    private static List<string> Known() =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static void RefuseNewer(IReadOnlySet<string> applied, IReadOnlyList<string> known)
    {
        var unknown = applied.Except(known).ToList();
        if (unknown.Count > 0)
        {
            throw new KeeperException(
                $"The state was written by a newer version of CacheKeeper (it knows '{unknown[0]}').",
                "Install that version again, or point state.directory at another folder. Nothing was changed.");
        }
    }

    // The usual start: everything is applied already, and no write lock is needed to see it.
    private async Task<bool> IsCurrentAsync(DbConnection connection, List<string> known)
    {
        var table = store.IsPostgres
            ? "SELECT to_regclass('schema_migrations')::text"
            : "SELECT name FROM sqlite_master WHERE name = 'schema_migrations'";
        if (await NamesAsync(connection, table) is not [not null])
        {
            return false;
        }

        var applied = (await NamesAsync(connection, "SELECT name FROM schema_migrations")).OfType<string>().ToHashSet();
        RefuseNewer(applied, known);
        return applied.Count == known.Count;
    }

    // By hand: every command asks this first.
    private static async Task<List<string?>> NamesAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var names = new List<string?>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            names.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        }

        return names;
    }

    private string ForDialect(string sql) => sql
        .Replace("{blob}", store.IsPostgres ? "BYTEA" : "BLOB", StringComparison.Ordinal)
        .Replace("{double}", store.IsPostgres ? "DOUBLE PRECISION" : "REAL", StringComparison.Ordinal)
        .Replace("{without_rowid}", store.IsPostgres ? "" : "WITHOUT ROWID", StringComparison.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
