using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>A PostgreSQL of our own with safe writes, and in it a full table that each run gets a fresh copy of.</summary>
internal sealed class SweepTables : IAsyncDisposable
{
    public const string Project = "bench";
    private readonly string _folder;
    private readonly PostgreSqlServer _server;
    private readonly GatewayDatabases _databases;
    private int _copies;

    private SweepTables(string folder, PostgreSqlServer server) => (_folder, _server, _databases) = (folder, server, new GatewayDatabases(server, "owner", "keeper"));

    public static async Task<SweepTables> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-sweep-").FullName;
        var reachable = Unprivileged.Account() is null ? Path.Combine(folder, "postgresql") : Unprivileged.Reachable(Path.Combine(folder, "postgresql"));
        var tables = new SweepTables(folder, await PostgreSqlServer.StartAsync(new PostgreSqlSettings(reachable), cancellationToken));
        await tables._databases.PrepareAsync(Project, 2, cancellationToken);
        return tables;
    }

    /// <summary>Makes the table that copies are taken of: rows of about 1.3 KB, a share of them expired and scattered, five indexes.</summary>
    public async Task FillAsync(string name, int rows, int expiredPercent, CancellationToken cancellationToken)
    {
        await _databases.AddAsync(name, 2, cancellationToken);
        await using var owner = Owner(name);
        await using var command = owner.CreateCommand($$"""
            DROP INDEX cache_entries_words;
            ALTER TABLE cache_entries SET (autovacuum_enabled = off);
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, tags, access_count, created_at, updated_at, accessed_at, expires_at)
            SELECT encode(sha256(i::text::bytea), 'hex'), 'How do I do thing number ' || i || '?', (SELECT string_agg(md5(i::text || j), ' ') FROM generate_series(1, 30) j), '{{Project}}',
                (ARRAY['payments', 'refunds', 'limits', 'kyc'])[1 + i % 4], 'payment_processor', '{"source": "bench", "tokens": 412}', '{upi,bench}', i % 9,
                now() - interval '10 days', now() - interval '10 days', now() - interval '1 day',
                now() + CASE WHEN abs(hashint4(i)) % 100 < {{expiredPercent}} THEN interval '-1 hour' ELSE interval '30 days' END - (i % 1000) * interval '1 second'
            FROM generate_series(1, {{rows}}) i;
            """);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var vacuum = owner.CreateCommand("VACUUM (ANALYZE, FREEZE) cache_entries");
        vacuum.CommandTimeout = 0;
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The hash of row <paramref name="number"/>, as the fill makes it.</summary>
    public static string Hash(int number) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(number.ToString())));

    /// <summary>A fresh copy after a checkpoint; dispose it to drop it.</summary>
    public async Task<SweepTable> CopyAsync(string name, CancellationToken cancellationToken)
    {
        var copy = $"run_{++_copies}";
        await using var admin = NpgsqlDataSource.Create(_server.AdminConnection());
        await using var command = admin.CreateCommand($"CREATE DATABASE {copy} TEMPLATE {name} OWNER {GatewayDatabases.Owner} STRATEGY FILE_COPY");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = admin.CreateCommand("CHECKPOINT");
        checkpoint.CommandTimeout = 0;
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        return new SweepTable(Owner(copy), OwnerConnection(copy), _databases.KeeperUrl(copy, _server.Port), Path.Combine(_folder, copy), () => DropAsync(copy));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Unprivileged.Forget(Path.Combine(_folder, "postgresql"));
        Directory.Delete(_folder, recursive: true);
    }

    private NpgsqlDataSource Owner(string database) => NpgsqlDataSource.Create(OwnerConnection(database));

    private string OwnerConnection(string database) => PostgresConnectionHost.Parse(_databases.OwnerUrl(database, _server.Port)).ConnectionString;

    private async Task DropAsync(string copy)
    {
        await using var admin = NpgsqlDataSource.Create(_server.AdminConnection());
        await using var command = admin.CreateCommand($"DROP DATABASE {copy} WITH (FORCE)");
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One run's copy of the table.</summary>
internal sealed class SweepTable(NpgsqlDataSource owner, string ownerConnection, string keeperUrl, string state, Func<Task> drop) : IAsyncDisposable
{
    public const string Expired = "project_name = 'bench' AND expires_at <= (now() AT TIME ZONE 'UTC')";

    public NpgsqlDataSource Owner => owner;

    public string OwnerConnection => ownerConnection;

    public string State => state;

    public KeeperSettings Settings => new()
    {
        Project = SweepTables.Project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = keeperUrl }, Timeout = TimeSpan.FromMinutes(5) },
        State = new StateSettings { Directory = state },
    };

    public string KeeperUrl => keeperUrl;

    public async Task<T> AskAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await drop();
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }
    }
}
