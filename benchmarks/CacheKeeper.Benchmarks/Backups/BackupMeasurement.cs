using CacheKeeper.Backup;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>Backup, verify and restore beside the tools people would pipe together themselves, alternated in one run.</summary>
internal sealed class BackupMeasurement : IMeasurement
{
    private const int Rounds = 3;

    public string Name => "backup";

    public string Summary => "whole backup against COPY | zstd -3 and restic, verify against restic check --read-data; CACHEKEEPER_ROWS sets the size";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var place = await BackupBench.StartAsync(cancellationToken);
        await PostgresAsync(figures, place, cancellationToken);
    }

    private static async Task PostgresAsync(Figures figures, BackupBench place, CancellationToken cancellationToken)
    {
        var (ours, zstd, restic, verify, check) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        long ourBytes = 0, zstdBytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            place.ForgetBackups();
            var (made, seconds) = await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Tiers = ["postgresql"], Whole = true }, thenTend: false), cancellationToken);
            ours.Add(seconds);
            ourBytes = made.Counts!["stored_bytes"]!.GetValue<long>();
            zstd.Add(await Timing.OfAsync(() => place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" | zstd -3 -q -f -o '{place.Folder}/copy.zst' && sync '{place.Folder}/copy.zst'", cancellationToken)));
            zstdBytes = new FileInfo(place.Folder + "/copy.zst").Length;
            await place.ShellAsync($"rm -rf '{place.Folder}/restic'; restic init -q -r '{place.Folder}/restic'", cancellationToken);
            restic.Add(await Timing.OfAsync(() => place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" | restic backup -q -r '{place.Folder}/restic' --stdin --stdin-filename rows", cancellationToken)));
            verify.Add((await place.JobAsync(keeper => new VerifyJob(keeper.Backups, null, TimeProvider.System), cancellationToken)).Seconds);
            check.Add(await Timing.OfAsync(() => place.ShellAsync($"restic check -q --read-data -r '{place.Folder}/restic'", cancellationToken)));
        }

        figures.Add("P5 speed beside COPY | zstd -3", Timing.Middle(zstd) / Timing.Middle(ours), must: 0.9, note: Timing.Spread(ours, zstd) + $"; {place.Rows} rows; ours encrypted, hashed, synced and read back");
        figures.Add("P5 size beside zstd -3", (double)ourBytes / zstdBytes, must: 1.05, lowerIsBetter: true, note: $"{ourBytes / 1e6:0.0} MB and {zstdBytes / 1e6:0.0} MB");
        figures.Add("P5 speed beside restic", Timing.Middle(restic) / Timing.Middle(ours), must: 1.5, note: Timing.Spread(ours, restic));
        figures.Add("P6 verify beside restic check --read-data", Timing.Middle(verify) / Timing.Middle(check), must: 1, lowerIsBetter: true, note: Timing.Spread(verify, check));

        place.ForgetBackups();
        var first = (await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Tiers = ["postgresql"] }, thenTend: false), cancellationToken)).Run.Counts!["stored_bytes"]!.GetValue<long>();
        await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest(), thenTend: false), cancellationToken);
        await place.SqlAsync("UPDATE cache_entries SET access_count = access_count + 1, response_text = response_text || 'x' WHERE id % 50 = 7", cancellationToken);
        var second = (await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest(), thenTend: false), cancellationToken)).Run.Counts!["postgresql"]!["stored_bytes"]!.GetValue<long>();
        figures.Add("second daily backup, 2 % of the rows changed, share of the first", (double)second / first, must: 0.05, lowerIsBetter: true, note: $"{second / 1e6:0.00} MB of {first / 1e6:0.0} MB, changed rows scattered evenly");
        figures.Add("memory of backup create in a process of its own, MB", (await place.CommandAsync(["backup", "create", "--whole"], cancellationToken)).Peak, must: 250, lowerIsBetter: true, note: $"{place.Rows} rows, peak resident");
    }
}
