using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Storage;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>P21: how late jobs begin when very many are due each second, ours beside Quartz.NET's own store.</summary>
internal sealed class SchedulerMeasurement : IMeasurement
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("BENCH_SECONDS") ?? "10", CultureInfo.InvariantCulture));

    public string Name => "scheduler";

    public string Summary => "lateness of many jobs due each second, each recorded in the ledger; against Quartz.NET's persistent store";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-scheduler-").FullName;
        try
        {
            foreach (var jobs in (int[])[10, 100, 1000])
            {
                await MeasureAsync(figures, $"ours, SQLite, {jobs} jobs", jobs, Path.Combine(folder, $"ours-{jobs}"), (state, _) => Task.FromResult(TimetableFiring.Start(state, jobs)), cancellationToken);
                await MeasureAsync(figures, $"Quartz and our ledger, SQLite, {jobs} jobs", jobs, Path.Combine(folder, $"quartz-{jobs}"), (state, path) => QuartzFiring.StartAsync($"Data Source={path}/quartz.db", false, state, jobs, 50, cancellationToken), cancellationToken);
                await MeasureAsync(figures, $"Quartz without a ledger, SQLite, {jobs} jobs", jobs, Path.Combine(folder, $"alone-{jobs}"), (_, path) => QuartzFiring.StartAsync($"Data Source={path}/quartz.db", false, null, jobs, 50, cancellationToken), cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Figures figures, string name, int jobs, string folder, Func<StateStore, string, Task<IFiring>> start, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        var begun = Stopwatch.StartNew();
        await using var firing = await start(state, folder);
        var started = begun.Elapsed;
        await Task.Delay(Settle, cancellationToken);
        var from = DateTimeOffset.UtcNow;
        await Task.Delay(Each, cancellationToken);
        var until = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var (median, p99, count) = firing.Lateness.Of(from, until);
        var due = jobs * (int)(until - from).TotalSeconds;
        if (count == 0)
        {
            (median, p99) = (Each.TotalMilliseconds, Each.TotalMilliseconds);
        }

        figures.Add($"p99 lateness ms: {name}", p99, 100, 100, lowerIsBetter: true, note: string.Create(CultureInfo.InvariantCulture, $"median {median:0.0} ms, {count} of {due} due times began, start-up {started.TotalMilliseconds:0} ms"));
    }
}
