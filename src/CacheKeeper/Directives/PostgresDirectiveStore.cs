using CacheKeeper.Client;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Directives;

/// <summary>The table <c>cache_directives</c>: one row a project, created when it is missing and the role may.</summary>
internal sealed class PostgresDirectiveStore(PostgresTier postgres, DirectivePolicy policy) : IDirectivePlaceStore
{
    private const string NoTable = "the table cache_directives is not there";

    public TierName Tier => TierName.Postgresql;

    public Task<DirectivesDocument?> ReadAsync(string project, CancellationToken cancellationToken) => postgres.RunAsync("read directives", async (connection, _) =>
    {
        if (!await MayAsync(connection, "SELECT", cancellationToken))
        {
            return null;
        }

        await using var command = new NpgsqlCommand("SELECT document::text FROM cache_directives WHERE project_name = @project", connection);
        command.Parameters.AddWithValue("project", project);
        return await command.ExecuteScalarAsync(cancellationToken) is string text ? DirectivesDocument.FromJson(text) : null;
    }, cancellationToken);

    public async Task WriteAsync(DirectivesDocument document, DateTimeOffset keepUntil, CancellationToken cancellationToken)
    {
        var there = await postgres.RunAsync("write directives", (connection, _) => ExistsAsync(connection, cancellationToken), cancellationToken);
        if (!there)
        {
            await CreateAsync(cancellationToken);
        }

        await postgres.RunAsync("write directives", async (connection, _) =>
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO cache_directives AS d (project_name, version, document, updated_at) VALUES (@project, @version, @document::jsonb, now())
                ON CONFLICT (project_name) DO UPDATE SET version = excluded.version, document = excluded.document, updated_at = excluded.updated_at WHERE d.version <= excluded.version
                """,
                connection);
            command.Parameters.AddWithValue("project", document.Project);
            command.Parameters.AddWithValue("version", document.Version);
            command.Parameters.AddWithValue("document", document.ToJson());
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (!policy.CreateTable)
        {
            throw new TierException(Tier, "write directives", NoTable + " and directives.createTable is false", "Create it as docs/directives.md shows.");
        }

        try
        {
            await postgres.RunAsync("create cache_directives", async (connection, _) =>
            {
                await using var command = new NpgsqlCommand(CacheTables.Directives, connection);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            }, cancellationToken);
        }
        catch (TierException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw new TierException(Tier, "write directives", NoTable + " and this role may not create it", "Create it as docs/directives.md shows.", e);
        }
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass('cache_directives') IS NOT NULL", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<bool> MayAsync(NpgsqlConnection connection, string right, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('cache_directives'), @right)", connection);
        command.Parameters.AddWithValue("right", right);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
