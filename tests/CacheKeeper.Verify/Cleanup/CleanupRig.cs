using System.Text.Json.Nodes;
using CacheKeeper.Sandbox;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Verify.Cleanup;

/// <summary>A sandbox, and in it a fresh database, project, Redis keys and state for each try.</summary>
internal sealed class CleanupRig : IAsyncDisposable
{
    private readonly SandboxHost _host;
    private readonly string _folder;
    private int _number;

    private CleanupRig(SandboxHost host, string folder) => (_host, _folder) = (host, folder);

    public static async Task<CleanupRig> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        return new CleanupRig(await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken), folder);
    }

    /// <summary>A place for one try: rows of which a share has expired, pinned ones and another project's among them.</summary>
    public async Task<CleanupPlace> NewAsync(int rows, double expired, Random random, CancellationToken cancellationToken)
    {
        var name = $"verify_{++_number}";
        await _host.Databases.AddAsync(name, 2, cancellationToken);
        var owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(_host.Databases.OwnerUrl(name, _host.PostgreSql.Port)));
        var place = new CleanupPlace(owner, name, Path.Combine(_folder, name), _host.Databases.KeeperUrl(name, _host.PostgreSql.Port));
        await place.FillAsync(rows, expired, random, cancellationToken);
        return place;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One try's database, project and state.</summary>
internal sealed class CleanupPlace(NpgsqlDataSource owner, string project, string state, string url) : IAsyncDisposable
{
    public NpgsqlDataSource Owner => owner;

    public string Project => project;

    public string StateFolder => state;

    public KeeperSettings Settings => new()
    {
        Project = project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = url } },
        State = new StateSettings { Directory = state },
        Cleanup = new CacheKeeper.Cleanup.CleanupPolicy { BatchSize = 100, Pace = CacheKeeper.Cleanup.Pace.PacePolicy.Full },
    };

    /// <summary>The settings as a file for the real executable.</summary>
    public string SettingsFile()
    {
        Directory.CreateDirectory(state);
        var path = Path.Combine(state, "cachekeeper.json");
        var document = new JsonObject
        {
            ["project"] = project,
            ["postgresql"] = new JsonObject { ["url"] = url },
            ["state"] = new JsonObject { ["directory"] = state },
            ["scheduling"] = new JsonObject { ["lease"] = "00:00:20" },
            ["cleanup"] = new JsonObject { ["batchSize"] = 100, ["pace"] = new JsonObject { ["pause"] = "00:00:00.02" } },
        };
        File.WriteAllText(path, document.ToJsonString());
        return path;
    }

    public async Task FillAsync(int rows, double expired, Random random, CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        await using var writer = await connection.BeginBinaryImportAsync(
            "COPY cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, created_at, ttl_seconds, access_count) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (var i = 0; i < rows; i++)
        {
            var dead = random.NextDouble() < expired;
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync($"{project}-{i}", cancellationToken);
            await writer.WriteAsync(Hostile(random, i), cancellationToken);
            await writer.WriteAsync(Hostile(random, i) + new string('x', random.Next(0, 900)), cancellationToken);
            await writer.WriteAsync(i % 10 == 9 ? project + "_other" : project, cancellationToken);
            await writer.WriteAsync(i % 3 == 0 ? "payments" : "pay", cancellationToken);
            await writer.WriteAsync("payment_processor", cancellationToken);
            await writer.WriteAsync(i % 17 == 0 ? "{\"pinned\": true}" : "{\"n\": 1.50}", NpgsqlTypes.NpgsqlDbType.Jsonb, cancellationToken);
            await writer.WriteAsync(DateTime.SpecifyKind(DateTime.UtcNow.AddDays(-10), DateTimeKind.Unspecified), NpgsqlTypes.NpgsqlDbType.Timestamp, cancellationToken);
            await writer.WriteAsync(dead ? 3600 : 3600 * 24 * 20, cancellationToken);
            await writer.WriteAsync(random.Next(0, 9), cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Every row as text, by id: what must be equal before and after.</summary>
    public async Task<Dictionary<long, string>> RowsAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<long, string>();
        await using var command = owner.CreateCommand("SELECT id::bigint, row_to_json(t)::text FROM cache_entries t");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetInt64(0)] = reader.GetString(1);
        }

        return rows;
    }

    /// <summary>The ids a light cleanup may take: expired, this project's, not pinned.</summary>
    public async Task<HashSet<long>> MayGoAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<long>();
        await using var command = owner.CreateCommand(
            "SELECT id::bigint FROM cache_entries WHERE project_name = $1 AND created_at + make_interval(secs => ttl_seconds) <= (now() AT TIME ZONE 'UTC') AND COALESCE(metadata ->> 'pinned', '') <> 'true'");
        command.Parameters.AddWithValue(project);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    private static string Hostile(Random random, int number)
    {
        string[] kinds = ["'; DROP TABLE cache_entries; --", "<script>alert(1)</script>", "line\r\nbreak", "ﷺ‮ right", "🧨🏴‍☠️", "a*b?[c]\\d", "{\"json\": [1, null]}", "=1+1", "", "plain"];
        return $"{number} {kinds[random.Next(kinds.Length)]}";
    }
}
