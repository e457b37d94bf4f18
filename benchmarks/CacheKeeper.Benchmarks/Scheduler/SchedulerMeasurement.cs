using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Sandbox;
using CacheKeeper.Storage;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>P21: how late jobs begin when very many are due each second, ours beside Quartz.NET's own store, with a cleanup's work on the same disk.</summary>
internal sealed class SchedulerMeasurement : IMeasurement
{
    private const int QuartzThreads = 50;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public string Name => "scheduler";

    public string Summary => "lateness of many jobs due each second, each recorded in the ledger, while entries are removed; against Quartz.NET's persistent store";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-scheduler-").FullName;
        try
        {
            await using var sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox") }, cancellationToken);
            await using var sweeping = await Sweeping.StartAsync(sandbox.PostgreSql.AdminConnection(), cancellationToken);
            foreach (var jobs in (int[])[10, 100, 1000])
            {
                await AlternateAsync(figures, jobs, folder, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Ours, the rival, ours, the rival: what else the machine does meets both.
    private static async Task AlternateAsync(Figures figures, int jobs, string folder, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= 2; round++)
        {
            var (ours, theirs, alone) = ($"ours_{jobs}_{round}", $"quartz_{jobs}_{round}", $"alone_{jobs}_{round}");
            await MeasureAsync(figures, $"ours, {jobs} jobs", jobs, Path.Combine(folder, ours), state => Task.FromResult(TimetableFiring.Start(state, jobs)), cancellationToken);
            await MeasureAsync(figures, $"Quartz and our ledger, {jobs} jobs", jobs, Path.Combine(folder, theirs), state => QuartzFiring.StartAsync($"Data Source={folder}/{theirs}/quartz.db", state, jobs, QuartzThreads, cancellationToken), cancellationToken);
            await MeasureAsync(figures, $"Quartz without a ledger, {jobs} jobs", jobs, Path.Combine(folder, alone), _ => QuartzFiring.StartAsync($"Data Source={folder}/{alone}/quartz.db", null, jobs, QuartzThreads, cancellationToken), cancellationToken);
        }
    }

    private static async Task MeasureAsync(Figures figures, string name, int jobs, string folder, Func<StateStore, Task<IFiring>> start, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        var begun = Stopwatch.StartNew();
        await using var firing = await start(state);
        var started = begun.Elapsed;
        await Task.Delay(Settle, cancellationToken);
        var (from, processor) = (DateTimeOffset.UtcNow, Processor());
        await Task.Delay(Each, cancellationToken);
        var until = DateTimeOffset.UtcNow - Second;
        var (median, p99, count) = firing.Lateness.Of(from, until);
        var due = jobs * (until.ToUnixTimeSeconds() - from.ToUnixTimeSeconds());
        var each = (Processor() - processor).TotalMicroseconds / Math.Max(1, count) * ((until - from) / Each);
        figures.Add(
            $"p99 lateness ms: {name}",
            count == 0 ? Each.TotalMilliseconds : p99,
            100,
            100,
            lowerIsBetter: true,
            note: string.Create(CultureInfo.InvariantCulture, $"median {(count == 0 ? Each.TotalMilliseconds : median):0.0} ms, {count} of {due} due times began, {each:0} microseconds of processor a firing, start-up {started.TotalMilliseconds:0} ms"));
    }

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
}
