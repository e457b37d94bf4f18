using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Backup;
using CacheKeeper.Sandbox;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>Backup, verify and restore beside the tools people would pipe together themselves, alternated in one run.</summary>
internal sealed class BackupMeasurement : IMeasurement
{
    private const int Rounds = 3;

    public string Name => "backup";

    public string Summary => "whole backup against COPY | zstd -3 and restic, verify against restic check, restore against COPY in and pg_restore, Redis against a raw DUMP loop; CACHEKEEPER_ROWS sets the size";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("CACHEKEEPER_ROWS") ?? "100000", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("cachekeeper-bench-").FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, KeepRedis = false }, cancellationToken);
            await using var place = await BackupBench.MakeAsync(host, folder, rows, cancellationToken);
            await PostgresAsync(figures, place, cancellationToken);
            await RestoreAsync(figures, place, cancellationToken);
            await RedisBench.RunAsync(figures, host, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PostgresAsync(Figures figures, BackupBench place, CancellationToken cancellationToken)
    {
        var (ours, zstd, restic, verify, check) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        long ourBytes = 0, zstdBytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            place.ForgetBackups();
            ours.Add(await TimeAsync(async () => ourBytes = (await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Tiers = ["postgresql"], Whole = true }, thenTend: false), cancellationToken)).Counts!["stored_bytes"]!.GetValue<long>()));
            zstd.Add(await TimeAsync(() => place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" | zstd -3 -q -f -o '{place.Folder}/copy.zst' && sync '{place.Folder}/copy.zst'", cancellationToken)));
            zstdBytes = new FileInfo(place.Folder + "/copy.zst").Length;
            await place.ShellAsync($"rm -rf '{place.Folder}/restic'; restic init -q -r '{place.Folder}/restic'", cancellationToken);
            restic.Add(await TimeAsync(() => place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" | restic backup -q -r '{place.Folder}/restic' --stdin --stdin-filename rows", cancellationToken)));
            verify.Add(await TimeAsync(() => place.JobAsync(keeper => new VerifyJob(keeper.Backups, null, TimeProvider.System), cancellationToken)));
            check.Add(await TimeAsync(() => place.ShellAsync($"restic check -q --read-data -r '{place.Folder}/restic'", cancellationToken)));
        }

        figures.Add("P5 speed beside COPY | zstd -3", Middle(zstd) / Middle(ours), must: 0.9, note: Spread(ours, zstd) + $"; {place.Rows} rows; ours encrypted, hashed, synced and read back");
        figures.Add("P5 size beside zstd -3", (double)ourBytes / zstdBytes, must: 1.05, lowerIsBetter: true, note: $"{ourBytes / 1e6:0.0} MB and {zstdBytes / 1e6:0.0} MB");
        figures.Add("P5 speed beside restic", Middle(restic) / Middle(ours), must: 1.5, note: Spread(ours, restic));
        figures.Add("P6 verify beside restic check --read-data", Middle(verify) / Middle(check), must: 1, lowerIsBetter: true, note: Spread(verify, check));

        place.ForgetBackups();
        var first = (await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Tiers = ["postgresql"] }, thenTend: false), cancellationToken)).Counts!["stored_bytes"]!.GetValue<long>();
        await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest(), thenTend: false), cancellationToken);
        await place.SqlAsync("UPDATE cache_entries SET access_count = access_count + 1, response_text = response_text || 'x' WHERE id % 50 = 7", cancellationToken);
        var second = (await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest(), thenTend: false), cancellationToken)).Counts!["postgresql"]!["stored_bytes"]!.GetValue<long>();
        figures.Add("second daily backup, 2 % of the rows changed, share of the first", (double)second / first, must: 0.05, lowerIsBetter: true, note: $"{second / 1e6:0.00} MB of {first / 1e6:0.0} MB, changed rows scattered evenly");
        figures.Add("memory of backup create in a process of its own, MB", await place.PeakMemoryAsync(["backup", "create", "--whole"], cancellationToken), must: 250, lowerIsBetter: true, note: $"{place.Rows} rows, peak resident");
    }

    private static async Task RestoreAsync(Figures figures, BackupBench place, CancellationToken cancellationToken)
    {
        var (ours, copy, tool) = (new List<double>(), new List<double>(), new List<double>());
        await place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" > '{place.Folder}/copy.txt'; pg_dump -Fc -t cache_entries '{place.Owner}' -f '{place.Folder}/dump'", cancellationToken);
        for (var round = 0; round < Rounds; round++)
        {
            await place.SqlAsync("TRUNCATE cache_entries", cancellationToken);
            ours.Add(await TimeAsync(() => place.JobAsync(keeper => new RestoreJob(keeper.Backups, new RestoreRequest { Tiers = ["postgresql"], ReadersMayWait = true }), cancellationToken)));
            await place.SqlAsync("TRUNCATE cache_entries", cancellationToken);
            copy.Add(await TimeAsync(() => place.ShellAsync($"psql -q '{place.Owner}' -c \"\\copy cache_entries from '{place.Folder}/copy.txt'\"", cancellationToken)));
            tool.Add(await TimeAsync(() => place.ShellAsync($"pg_restore --clean --if-exists --no-owner -d '{place.Owner}' '{place.Folder}/dump'; psql -q '{place.Owner}' -c 'grant all on cache_entries to keeper; grant all on all sequences in schema public to keeper'", cancellationToken)));
        }

        figures.Add("P7 restore beside COPY in with indexes", Middle(ours) / Middle(copy), must: 0.6, lowerIsBetter: true, note: Spread(ours, copy) + "; ours checks the whole backup first, looks at the table, and builds the secondary indexes last (--readers-may-wait)");
        figures.Add("P7 restore beside pg_restore", Middle(ours) / Middle(tool), must: 1.15, lowerIsBetter: true, note: Spread(ours, tool) + "; pg_restore makes the table anew and builds indexes last");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var begun = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Spread(List<double> ours, List<double> theirs) => string.Create(CultureInfo.InvariantCulture, $"ours {ours.Min():0.00}-{ours.Max():0.00} s, theirs {theirs.Min():0.00}-{theirs.Max():0.00} s, {ours.Count} rounds");
}
