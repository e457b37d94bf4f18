using CacheKeeper.Client;
using CacheKeeper.Sandbox.Faults;
using Npgsql;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>Makes the gateway's roles, databases and tables in the cluster.</summary>
/// <param name="server">The cluster.</param>
/// <param name="ownerPassword">Of the role <c>gateway</c>, which owns the databases and may make more.</param>
/// <param name="keeperPassword">Of the role <c>keeper</c>, which has only what <see cref="GatewayTables.Grants"/> gives.</param>
internal sealed class GatewayDatabases(PostgreSqlServer server, string ownerPassword, string keeperPassword)
{
    public const string Owner = "gateway";
    public const string Keeper = "keeper";

    /// <summary>Roles, database and tables; harmless where they stand already.</summary>
    public async Task PrepareAsync(string database, int schema, CancellationToken cancellationToken)
    {
        await using var admin = NpgsqlDataSource.Create(server.AdminConnection());
        await MakeRoleAsync(admin, Owner, ownerPassword, "createdb", cancellationToken);
        await MakeRoleAsync(admin, Keeper, keeperPassword, "", cancellationToken);
        await MendAsync(cancellationToken);
        await ExecuteAsync(admin, "grant pg_monitor to keeper", cancellationToken);
        await MakeDatabaseAsync(admin, database, cancellationToken);
        await MakeTablesAsync(database, schema, cancellationToken);
    }

    /// <summary>One more database with the gateway's tables.</summary>
    public async Task AddAsync(string database, int schema, CancellationToken cancellationToken)
    {
        await using var admin = NpgsqlDataSource.Create(server.AdminConnection());
        await MakeDatabaseAsync(admin, database, cancellationToken);
        await MakeTablesAsync(database, schema, cancellationToken);
    }

    /// <summary>Makes the server turn the gateway and the keeper away: no login (401), no free connection (429), no writes (full).</summary>
    public async Task BreakAsync(string fault, CancellationToken cancellationToken)
    {
        var how = fault switch
        {
            TierFault.Unauthorized => "nologin",
            TierFault.TooMany => "connection limit 0",
            TierFault.Full => "set default_transaction_read_only = on",
            _ => null,
        };
        if (how is not null)
        {
            await ChangeRolesAsync(how, cancellationToken);
        }
    }

    /// <summary>Undoes <see cref="BreakAsync"/>.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        await ChangeRolesAsync("login connection limit -1", cancellationToken);
        await ChangeRolesAsync("reset default_transaction_read_only", cancellationToken);
    }

    /// <summary>The URL by which the owner of the tables connects.</summary>
    public string OwnerUrl(string database, int port) => $"postgresql://{Owner}:{ownerPassword}@127.0.0.1:{port}/{database}";

    /// <summary>The URL by which the keeper connects with the least it needs.</summary>
    public string KeeperUrl(string database, int port) => $"postgresql://{Keeper}:{keeperPassword}@127.0.0.1:{port}/{database}";

    // What a session already has it keeps: so the sessions end too.
    private async Task ChangeRolesAsync(string how, CancellationToken cancellationToken)
    {
        await using var admin = NpgsqlDataSource.Create(server.AdminConnection());
        await ExecuteAsync(admin, $"alter role {Owner} {how}", cancellationToken);
        await ExecuteAsync(admin, $"alter role {Keeper} {how}", cancellationToken);
        await ExecuteAsync(admin, $"select pg_terminate_backend(pid) from pg_stat_activity where usename in ('{Owner}', '{Keeper}')", cancellationToken);
    }

    private static async Task MakeRoleAsync(NpgsqlDataSource admin, string role, string password, string rights, CancellationToken cancellationToken)
    {
        await using var known = admin.CreateCommand("select count(*) from pg_roles where rolname = $1");
        known.Parameters.AddWithValue(role);
        var verb = (long)(await known.ExecuteScalarAsync(cancellationToken))! == 0 ? "create" : "alter";
        await ExecuteAsync(admin, $"{verb} role {role} login {rights} password '{password}'", cancellationToken);
    }

    private static async Task MakeDatabaseAsync(NpgsqlDataSource admin, string database, CancellationToken cancellationToken)
    {
        await using var known = admin.CreateCommand("select count(*) from pg_database where datname = $1");
        known.Parameters.AddWithValue(database);
        if ((long)(await known.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            await ExecuteAsync(admin, $"create database \"{database}\" owner {Owner}", cancellationToken);
        }
    }

    private async Task MakeTablesAsync(string database, int schema, CancellationToken cancellationToken)
    {
        await using (var inside = NpgsqlDataSource.Create(server.AdminConnection(database)))
        {
            await ExecuteAsync(inside, "create extension if not exists pg_stat_statements", cancellationToken);
        }

        var url = PostgreSqlUrl.ToConnectionString(OwnerUrl(database, server.Port)) + ";Pooling=false";
        await using var owner = NpgsqlDataSource.Create(url);
        foreach (var statement in GatewayTables.Create(schema).Append(GatewayTables.Grants))
        {
            await ExecuteAsync(owner, statement, cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string statement, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
