using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CacheKeeper.Sandbox;
using CacheKeeper.Verify.Cleanup;
using Npgsql;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>
/// Two real daemons that share a PostgreSQL state and keep two projects. The database itself notes every change of a lease and every removed row,
/// with the login that did it: each keeper has its own.
/// </summary>
internal sealed class TwoKeepers : IAsyncDisposable
{
    private const string Database = "verify_ha";
    private readonly SandboxHost _host;
    private readonly string _folder;
    private readonly TimeSpan _lease;
    private readonly Process?[] _running = new Process?[2];

    private TwoKeepers(SandboxHost host, string folder, TimeSpan lease, NpgsqlDataSource owner) => (_host, _folder, _lease, Owner) = (host, folder, lease, owner);

    public static IReadOnlyList<string> Projects { get; } = ["alpha", "beta"];

    public NpgsqlDataSource Owner { get; }

    /// <summary>Which process ran under which login, since when.</summary>
    public List<(string Login, int Process)> Processes { get; } = [];

    public static async Task<TwoKeepers> StartAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-ha-").FullName;
        var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
        await host.Databases.AddAsync(Database, 2, cancellationToken);
        var keepers = new TwoKeepers(host, folder, lease, NpgsqlDataSource.Create(host.PostgreSql.AdminConnection(Database) + ";Pooling=true"));
        await keepers.PrepareAsync(cancellationToken);
        return keepers;
    }

    /// <summary>Starts keeper 0 or 1.</summary>
    public void Start(int number)
    {
        var process = KeeperProcess.Start("run", "--config", SettingsFile(number));
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => File.AppendAllText(Path.Combine(_folder, $"keeper{number}.log"), line.Data + "\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _running[number] = process;
        Processes.Add((Login(number), process.Id));
    }

    /// <summary>Starts it and waits until it keeps.</summary>
    public async Task StartAndWaitAsync(int number, CancellationToken cancellationToken)
    {
        Start(number);
        await using var command = Owner.CreateCommand("SELECT count(*) FROM keepers WHERE node LIKE '%/' || $1");
        command.Parameters.AddWithValue(ProcessOf(number).ToString(CultureInfo.InvariantCulture));
        for (var look = 0; look < 240 && await command.ExecuteScalarAsync(cancellationToken) is 0L; look++)
        {
            await Task.Delay(250, cancellationToken);
        }
    }

    public int ProcessOf(int number) => _running[number]!.Id;

    public async Task KillAsync(int number, CancellationToken cancellationToken)
    {
        _running[number]!.Kill();
        await _running[number]!.WaitForExitAsync(cancellationToken);
        _running[number]!.Dispose();
        _running[number] = null;
    }

    public Task StopAsync(int number, CancellationToken cancellationToken) => SignalAsync("-STOP", number, cancellationToken);

    public Task ContinueAsync(int number, CancellationToken cancellationToken) => SignalAsync("-CONT", number, cancellationToken);

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Adds rows that have expired already, to both projects.</summary>
    public Task FeedAsync(int rows, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
        SELECT md5(random()::text || i), 'q', 'r', project, 'payments', 'payment_processor', (now() AT TIME ZONE 'UTC') - interval '1 day', 60
        FROM generate_series(1, {rows}) i, unnest(ARRAY['{string.Join("','", Projects)}']) project
        """,
        cancellationToken);

    /// <summary>The last lines the keepers said.</summary>
    public string LastWords() => string.Join('\n', Directory.GetFiles(_folder, "keeper*.log").SelectMany(file => File.ReadLines(file).TakeLast(5)));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.OfType<Process>())
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await Owner.DisposeAsync();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Login(int number) => $"keeper_{number}";

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var number in (int[])[0, 1])
        {
            await ExecuteAsync($"CREATE ROLE {Login(number)} LOGIN SUPERUSER PASSWORD 'verify'", cancellationToken);
        }

        await ExecuteAsync(
            """
            CREATE TABLE removed (at TIMESTAMPTZ NOT NULL, login TEXT NOT NULL, project TEXT NOT NULL);
            CREATE FUNCTION note_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO removed VALUES (clock_timestamp(), session_user, old.project_name); RETURN old; END $$;
            CREATE TRIGGER removed AFTER DELETE ON cache_entries FOR EACH ROW EXECUTE FUNCTION note_removed();
            """,
            cancellationToken);
    }

    /// <summary>Notes every change of a lease from now on; the state's tables must stand.</summary>
    public Task WatchLeasesAsync(CancellationToken cancellationToken) => ExecuteAsync(
        """
        CREATE TABLE lease_log (at TIMESTAMPTZ NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, token BIGINT NOT NULL, expires_at BIGINT NOT NULL);
        CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO lease_log VALUES (clock_timestamp(), new.name, new.owner, new.token, new.expires_at); RETURN new; END $$;
        CREATE TRIGGER lease_log AFTER INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION note_lease();
        """,
        cancellationToken);

    private string Url(int number) => $"postgresql://{Login(number)}:verify@127.0.0.1:{_host.PostgreSql.Port}/{Database}";

    private string SettingsFile(int number)
    {
        var state = Path.Combine(_folder, $"state{number}");
        Directory.CreateDirectory(state);
        var jobs = new JsonObject { ["light-cleanup"] = new JsonObject { ["cron"] = "* * * * * *" } };
        foreach (var other in CacheKeeper.Scheduling.FixedJobs.All.Where(job => job.Name != "light-cleanup"))
        {
            jobs[other.Name] = new JsonObject { ["enabled"] = false };
        }

        var document = new JsonObject
        {
            ["project"] = Projects[0],
            ["projects"] = new JsonObject { [Projects[1]] = new JsonObject() },
            ["postgresql"] = new JsonObject { ["url"] = Url(number) },
            ["state"] = new JsonObject { ["directory"] = state, ["url"] = Url(number) },
            ["scheduling"] = new JsonObject { ["lease"] = _lease.ToString("c", CultureInfo.InvariantCulture), ["jobs"] = jobs },
            ["cleanup"] = new JsonObject { ["batchSize"] = 5, ["pace"] = new JsonObject { ["pause"] = "00:00:00.1" }, ["maxShare"] = "100%", ["allowSuperuser"] = true },
            ["web"] = new JsonObject { ["urls"] = "http://127.0.0.1:0" },
        };
        var path = Path.Combine(state, "cachekeeper.json");
        File.WriteAllText(path, document.ToJsonString());
        return path;
    }

    private async Task SignalAsync(string signal, int number, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [signal, ProcessOf(number).ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }
}
