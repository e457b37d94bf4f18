using System.Globalization;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>P14, P15: peak memory and time of backup, verify, restore and export, in a process of their own, as the table grows.</summary>
internal sealed class BackupGrowthMeasurement : IMeasurement
{
    private static readonly (string What, string[] Command)[] Jobs =
    [
        ("backup create", ["backup", "create", "--whole"]),
        ("backup verify", ["backup", "verify"]),
        ("restore into files", ["backup", "restore", "latest", "--to", "FOLDER"]),
        ("restore into an empty table", ["backup", "restore", "latest", "--tier", "postgresql", "--readers-may-wait"]),
    ];

    public string Name => "backup-growth";

    public string Summary => "peak memory and time of backup create, verify, restore --to and restore at 10 %, 30 % and 100 % of 300,000 rows (CACHEKEEPER_ROWS)";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var most = BackupBench.AskedRows ?? 300_000;
        await using var place = await BackupBench.StartAsync(cancellationToken, rows: 1000);
        await place.SqlAsync("DROP INDEX cache_entries_words", cancellationToken);
        var nothing = await RunAllAsync(place, cancellationToken);
        var (runs, filled) = (new List<(int Size, List<(double Seconds, double Peak)> Jobs)>(), 1000);
        foreach (var size in (int[])[most / 10, most * 3 / 10, most])
        {
            await place.FillAsync(filled + 1, size, cancellationToken);
            runs.Add((filled = size, await RunAllAsync(place, cancellationToken)));
        }

        for (var job = 0; job < Jobs.Length; job++)
        {
            Report(figures, Jobs[job].What, [.. runs.Select(run => (run.Size, Math.Max(0.01, run.Jobs[job].Seconds - nothing[job].Seconds), run.Jobs[job].Peak))]);
        }
    }

    private static async Task<List<(double Seconds, double Peak)>> RunAllAsync(BackupBench place, CancellationToken cancellationToken)
    {
        place.ForgetBackups();
        var runs = new List<(double Seconds, double Peak)>();
        foreach (var (what, command) in Jobs)
        {
            if (what == Jobs[^1].What)
            {
                await place.SqlAsync("TRUNCATE cache_entries", cancellationToken);
            }

            var folder = Path.Combine(place.Folder, "files");
            runs.Add(await place.CommandAsync([.. command.Select(word => word == "FOLDER" ? folder : word)], cancellationToken));
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return runs;
    }

    private static void Report(Figures figures, string what, List<(int Size, double Seconds, double Peak)> runs)
    {
        var seen = string.Join(", ", runs.Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Size:N0}: {run.Seconds:0.0} s, {run.Peak:0} MB")));
        figures.Add($"P14 peak memory of {what}, MB", runs.Max(run => run.Peak), 250, null, true, seen);
        figures.Add($"P14 growth of the peak, {what}, MB", runs[^1].Peak - runs[0].Peak, 32, null, true);
        figures.Add($"P15 exponent of time, {what}", Exponent(runs), 1.1, null, true, "least squares over three sizes, the time of 1,000 rows taken off; 0.9 to 1.1 is right");
    }

    private static double Exponent(List<(int Size, double Seconds, double Peak)> runs)
    {
        var points = runs.Select(run => (X: Math.Log(run.Size), Y: Math.Log(run.Seconds))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
