using CacheKeeper.Backup;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>Restore into an empty indexed table beside COPY into it and beside pg_restore, alternated in one run: with B-tree indexes only, and with the gateway's full-text index too.</summary>
internal sealed class RestoreMeasurement : IMeasurement
{
    private const int Rounds = 3;
    private const int MostRowsOfWords = 300_000;

    public string Name => "backup-restore";

    public string Summary => "restore into an indexed table against COPY in and pg_restore; CACHEKEEPER_ROWS sets the size";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var place = await BackupBench.StartAsync(cancellationToken, safeWrites: true, fullText: false);
        await RestoreAsync(figures, place, "B-tree indexes", Rounds, cancellationToken);
        if (place.Rows > MostRowsOfWords)
        {
            return;
        }

        // Its cost is taking words apart, which is the same whenever it is done.
        await place.SqlAsync("CREATE INDEX cache_entries_words ON cache_entries USING gin (to_tsvector('english', query_text || ' ' || response_text))", cancellationToken);
        await RestoreAsync(figures, place, "a full-text index beside them", rounds: 1, cancellationToken);
    }

    private static async Task RestoreAsync(Figures figures, BackupBench place, string indexes, int rounds, CancellationToken cancellationToken)
    {
        var (ours, copy, tool) = (new List<double>(), new List<double>(), new List<double>());
        await place.JobAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Whole = true }, thenTend: false), cancellationToken);
        await place.ShellAsync($"psql -qAt '{place.Owner}' -c \"{BackupBench.CopyOut}\" > '{place.Folder}/copy.txt'; pg_dump -Fc -t cache_entries '{place.Owner}' -f '{place.Folder}/dump'", cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            await place.SqlAsync("TRUNCATE cache_entries", cancellationToken);
            ours.Add((await place.JobAsync(keeper => new RestoreJob(keeper.Backups, new RestoreRequest { Point = "latest", Tiers = ["postgresql"], ReadersMayWait = true }), cancellationToken)).Seconds);
            await place.SqlAsync("TRUNCATE cache_entries", cancellationToken);
            copy.Add(await Timing.OfAsync(() => place.ShellAsync($"psql -q '{place.Owner}' -c \"\\copy cache_entries from '{place.Folder}/copy.txt'\"", cancellationToken)));
            tool.Add(await Timing.OfAsync(() => place.ShellAsync($"pg_restore --clean --if-exists --no-owner -d '{place.Owner}' '{place.Folder}/dump'; psql -q '{place.Owner}' -c 'grant all on cache_entries to keeper; grant all on all sequences in schema public to keeper'", cancellationToken)));
        }

        figures.Add($"P7 restore beside COPY in, {indexes}", Timing.Middle(ours) / Timing.Middle(copy), must: 0.6, lowerIsBetter: true, note: Timing.Spread(ours, copy) + $"; {place.Rows} rows; ours checks the whole backup first, looks at the table, and builds the secondary indexes last (--readers-may-wait)");
        figures.Add($"P7 restore beside pg_restore, {indexes}", Timing.Middle(ours) / Timing.Middle(tool), must: 1.15, lowerIsBetter: true, note: Timing.Spread(ours, tool) + "; pg_restore makes the table anew and builds indexes last");
    }
}
