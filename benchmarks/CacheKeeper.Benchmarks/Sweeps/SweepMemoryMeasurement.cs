using System.Diagnostics;
using System.Text.Json;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P14, P15: the real executable's peak memory and its time as the number of entries grows.</summary>
internal sealed class SweepMemoryMeasurement : IMeasurement
{
    public string Name => "sweep-memory";

    public string Summary => "Peak memory and time of cleanup and of a Redis sweep, in a process of their own, at 10 %, 30 % and 100 % of the entries; the exponent of growth";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        int[] sizes = [Duel.Entries / 10, Duel.Entries * 3 / 10, Duel.Entries];
        await using var tables = await SweepTables.StartAsync(cancellationToken);
        await tables.FillAsync("size_0", 1, 0, cancellationToken);
        var nothing = await CleanAsync(tables, "size_0", cancellationToken);
        var noKeys = await SweepAsync(1, cancellationToken);
        var cleanups = new List<(int Size, double Seconds, double Peak)>();
        var sweeps = new List<(int Size, double Seconds, double Peak)>();
        foreach (var size in sizes)
        {
            await tables.FillAsync($"size_{size}", size, 50, cancellationToken);
            var (seconds, peak) = await CleanAsync(tables, $"size_{size}", cancellationToken);
            cleanups.Add((size, Math.Max(0.01, seconds - nothing.Seconds), peak));
            (seconds, peak) = await SweepAsync(size, cancellationToken);
            sweeps.Add((size, Math.Max(0.01, seconds - noKeys.Seconds), peak));
        }

        Report(figures, "cleanup of PostgreSQL", cleanups);
        Report(figures, "sweep of Redis", sweeps);
    }

    private static void Report(Figures figures, string what, List<(int Size, double Seconds, double Peak)> runs)
    {
        var seen = string.Join(", ", runs.Select(run => $"{run.Size:N0}: {run.Seconds:0.0} s, {run.Peak:0} MB"));
        figures.Add($"P14 peak memory of a {what}, MB", runs[^1].Peak, 250, null, true, seen);
        figures.Add($"P14 growth of the peak, {what}, MB", runs[^1].Peak - runs[0].Peak, 32, null, true);
        figures.Add($"P15 exponent of time, {what}", Exponent(runs), 1.1, null, true, "least squares over three sizes, start-up taken off; 0.9 to 1.1 is right");
    }

    private static double Exponent(List<(int Size, double Seconds, double Peak)> runs)
    {
        var points = runs.Select(run => (X: Math.Log(run.Size), Y: Math.Log(run.Seconds))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    private static async Task<(double Seconds, double Peak)> CleanAsync(SweepTables tables, string name, CancellationToken cancellationToken)
    {
        await using var table = await tables.CopyAsync(name, cancellationToken);
        return await KeepAsync(table.State, new { project = SweepTables.Project, postgresql = new { url = table.KeeperUrl, timeout = "00:05:00" }, state = new { directory = table.State } }, ["cleanup", "light", "--allow-share", "100%", "--pace", "full"], cancellationToken);
    }

    private static async Task<(double Seconds, double Peak)> SweepAsync(int keys, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(null, 0, cancellationToken);
        await RedisKeys.FillAsync(redis, keys, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("cachekeeper-sweep-").FullName;
        try
        {
            return await KeepAsync(folder, new { project = "bench", upstash = new { redisUrl = redis.Url, keyPrefix = RedisKeys.Prefix, scanPause = "00:00:00" }, state = new { directory = folder } }, ["cleanup", "report"], cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, double Peak)> KeepAsync(string folder, object settings, string[] command, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "cachekeeper.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(settings), cancellationToken);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll"), .. command, "--json", "--config", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        double peak = 0;
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
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
