using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Sandbox;
using CacheKeeper.Storage;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>P21: how late jobs begin when very many are due each second, ours beside Quartz.NET's own store, with a cleanup's work on the same disk.</summary>
internal sealed class SchedulerMeasurement : IMeasurement
{
    private const int QuartzThreads = 50;
    private const int Rounds = 3;
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

    // Ours, the rivals, and again: what else the machine does meets all.
    private static async Task AlternateAsync(Figures figures, int jobs, string folder, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, List<Round>>();
        for (var round = 1; round <= Rounds; round++)
        {
            var (ours, theirs, alone) = ($"ours_{jobs}_{round}", $"quartz_{jobs}_{round}", $"alone_{jobs}_{round}");
            await AddAsync("ours", ours, state => Task.FromResult(TimetableFiring.Start(state, jobs)));
            await AddAsync("Quartz and our ledger", theirs, state => QuartzFiring.StartAsync($"Data Source={folder}/{theirs}/quartz.db", state, jobs, QuartzThreads, cancellationToken));
            await AddAsync("Quartz without a ledger", alone, _ => QuartzFiring.StartAsync($"Data Source={folder}/{alone}/quartz.db", null, jobs, QuartzThreads, cancellationToken));
        }

        foreach (var (name, rounds) in seen)
        {
            figures.Add($"p99 lateness ms: {name}, {jobs} jobs", Middle(rounds, round => round.P99), 100, 100, lowerIsBetter: true, note: Note(rounds));
        }

        async Task AddAsync(string name, string place, Func<StateStore, Task<IFiring>> start)
        {
            seen.TryAdd(name, []);
            seen[name].Add(await MeasureAsync(jobs, Path.Combine(folder, place), start, cancellationToken));
        }
    }

    private static async Task<Round> MeasureAsync(int jobs, string folder, Func<StateStore, Task<IFiring>> start, CancellationToken cancellationToken)
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
        var never = Each.TotalMilliseconds;
        return new Round(count == 0 ? never : p99, count == 0 ? never : median, count, due, each, started.TotalMilliseconds);
    }

    private static double Middle(List<Round> rounds, Func<Round, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    private static string Note(List<Round> rounds) => string.Create(
        CultureInfo.InvariantCulture,
        $"the middle of {string.Join(", ", rounds.Select(round => round.P99.ToString("0", CultureInfo.InvariantCulture)))}; median {Middle(rounds, round => round.Median):0.0} ms, {rounds.Sum(round => round.Began)} of {rounds.Sum(round => round.Due)} due times began, {Middle(rounds, round => round.Processor):0} microseconds of processor a firing, start-up {Middle(rounds, round => round.Start):0} ms");

    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>One round: lateness and start in milliseconds, due times that began and that were, processor time a firing in microseconds.</summary>
    private sealed record Round(double P99, double Median, long Began, long Due, double Processor, double Start);
}
