using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>A database filled with rows like a cache's, and a project over it.</summary>
internal sealed class BackupBench : IAsyncDisposable
{
    public const string Project = "bench";
    private readonly SandboxHost _host;
    private readonly NpgsqlDataSource _source;
    private readonly KeeperSettings _settings;

    private BackupBench(SandboxHost host, string folder, string owner, int rows, KeeperSettings settings)
    {
        (_host, Folder, Owner, Rows, _settings) = (host, folder, owner, rows, settings);
        _source = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner));
    }

    public string Folder { get; }

    public string Owner { get; }

    public int Rows { get; }

    public static string CopyOut => $"COPY (SELECT * FROM cache_entries WHERE project_name = '{Project}' ORDER BY id) TO STDOUT";

    /// <summary>What CACHEKEEPER_ROWS says; null when it says nothing.</summary>
    public static int? AskedRows => Environment.GetEnvironmentVariable("CACHEKEEPER_ROWS") is { } rows ? int.Parse(rows, CultureInfo.InvariantCulture) : null;

    /// <summary>A sandbox of its own; CACHEKEEPER_ROWS sets the size.</summary>
    /// <param name="safeWrites">False leaves the server's syncs out: for what does not measure its writing.</param>
    /// <param name="rows">Null means what was asked for.</param>
    /// <param name="fullText">False leaves the gateway's full-text index out.</param>
    public static async Task<BackupBench> StartAsync(CancellationToken cancellationToken, bool safeWrites = false, int? rows = null, bool fullText = true)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-bench-").FullName;
        var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = safeWrites, Keep = false }, cancellationToken);
        return await MakeAsync(host, folder, rows ?? AskedRows ?? 100_000, fullText, cancellationToken);
    }

    private static async Task<BackupBench> MakeAsync(SandboxHost host, string folder, int rows, bool fullText, CancellationToken cancellationToken)
    {
        await host.Databases.AddAsync(Project, 2, cancellationToken);
        var owner = host.Databases.OwnerUrl(Project, host.PostgreSql.Port);
        var place = new BackupBench(host, folder, owner, rows, new KeeperSettings
        {
            Project = Project,
            Postgresql = new PostgresSettings { Url = new Secret { Text = owner } },
            State = new StateSettings { Directory = Path.Combine(folder, "state") },
            Backup = new BackupPolicy { IncludeState = false },
        });

        if (!fullText)
        {
            await place.SqlAsync("DROP INDEX cache_entries_words", cancellationToken);
        }

        await place.FillAsync(1, rows, cancellationToken);
        return place;
    }

    /// <summary>Adds rows of these numbers.</summary>
    public async Task FillAsync(int first, int last, CancellationToken cancellationToken)
    {
        // Words of a small vocabulary: a text that compresses about as answers do.
        await SqlAsync(
            $"""
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, accessed_at, ttl_seconds, access_count)
            SELECT md5(i::text), 'How do I refund payment ' || i || ' to a wallet?',
                (SELECT string_agg((ARRAY['refund', 'payment', 'the', 'of', 'wallet', 'UPI', 'bank', 'within', 'days', 'status', 'order', 'please', 'check', 'transaction', 'failed', 'amount'])[1 + (hashint4(i * 131 + w) & 15)] || CASE WHEN w % 9 = 0 THEN (hashint4(i + w) & 1023)::text ELSE '' END, ' ')
                    FROM generate_series(1, 60 + i % 60) w),
                '{Project}', 'payments', 'payment_processor', jsonb_build_object('priority', i % 3, 'n', i), now() AT TIME ZONE 'UTC', 86400, i % 11
            FROM generate_series({first}, {last}) i
            """,
            cancellationToken);
        await SqlAsync("VACUUM ANALYZE cache_entries", cancellationToken);
    }

    public void ForgetBackups()
    {
        if (Directory.Exists(Path.Combine(Folder, "state")))
        {
            Directory.Delete(Path.Combine(Folder, "state"), recursive: true);
        }
    }

    /// <summary>Runs a job and tells how long it took in seconds. The keeper's own state is made and opened before: rivals' repositories are made outside their time too.</summary>
    public async Task<(RunRecord Run, double Seconds)> JobAsync(Func<KeeperHost, IJob> make, CancellationToken cancellationToken)
    {
        await using var keeper = await KeeperHost.OpenAsync(_settings, TimeProvider.System, cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        var run = (await keeper.Runner.RunAsync(make(keeper), new JobRequest(Project, RunTrigger.Manual), cancellationToken))!;
        return run.Outcome == RunOutcome.Done ? (run, Stopwatch.GetElapsedTime(begun).TotalSeconds) : throw new InvalidOperationException(run.Reason);
    }

    public async Task SqlAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ShellAsync(string line, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["RESTIC_PASSWORD"] = "bench", ["RESTIC_CACHE_DIR"] = Folder + "/restic-cache", ["PATH"] = Environment.GetEnvironmentVariable("PATH") } };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("set -e -o pipefail; " + line);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(await output + await errors);
        }
    }

    /// <summary>One command in a process of its own: its time in seconds and its peak resident memory in MB.</summary>
    public async Task<(double Seconds, double Peak)> CommandAsync(string[] command, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Folder, "bench.json");
        await File.WriteAllTextAsync(file, new JsonObject { ["project"] = Project, ["postgresql"] = new JsonObject { ["url"] = Owner }, ["state"] = new JsonObject { ["directory"] = Path.Combine(Folder, "state") }, ["backup"] = new JsonObject { ["includeState"] = false } }.ToJsonString(), cancellationToken);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll"), .. command, "--config", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process.Id));
            await Task.Delay(20, cancellationToken);
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return process.ExitCode == 0 ? (seconds, peak) : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await output}{await errors}");
    }

    // The kernel's own high-water mark: no peak between two looks is missed.
    private static double Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
