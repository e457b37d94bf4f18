using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>R10: thirty simulated days of the whole keeper, seeded faults on all tiers; each seed is lived twice and must leave the same events.</summary>
internal sealed class SimulateCheck : ICheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public string Name => "simulate";

    public string Goal => "30 simulated days (--days N) of the whole keeper with faults and restarts: every due time one record, nothing removed without a receipt, pinned entries stay, the state stays within its retention, the same seed gives the same events";

    /// <summary>Seeds; the smoke run lives two days.</summary>
    public (int Smoke, int Default, int Full) Tries => (1, 3, 200);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var days = run.Smoke ? 2 : Days();
        for (var number = 0; number < run.Tries; number++)
        {
            var seed = run.Seed + number;
            var (begun, processor) = (Stopwatch.GetTimestamp(), Processor());
            var first = await LiveAsync(run, seed, days, judge: true, cancellationToken);
            var took = Processor() - processor;
            run.Expect(run.Smoke || took <= Longest, string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {days} days took {took.TotalSeconds:F0} s of processor time"));
            run.Fact(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {days} days in {took.TotalSeconds:F0} s of processor time ({Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s on this machine), events {first}"));
            var second = await LiveAsync(run, seed, days, judge: false, cancellationToken);
            run.Expect(first == second, $"seed {seed}: lived twice, two different logs of events ({first}, {second})");
        }
    }

    // One thread's work: what others do on the machine does not count.
    private static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;

    private static int Days()
    {
        var words = Environment.GetCommandLineArgs();
        return Array.IndexOf(words, "--days") is >= 0 and var at && at + 1 < words.Length ? int.Parse(words[at + 1], CultureInfo.InvariantCulture) : 30;
    }

    private static async Task<string> LiveAsync(CheckRun run, int seed, int days, bool judge, CancellationToken cancellationToken)
    {
        var digest = "";
        await Task.Run(
            () => OneThread.Run(async () =>
            {
                await using var simulation = await Simulation.OpenAsync(seed, cancellationToken);
                await simulation.LiveAsync(TimeSpan.FromDays(days), cancellationToken);
                digest = await simulation.DigestAsync(cancellationToken);
                if (Environment.GetEnvironmentVariable("CACHEKEEPER_VERIFY_EVENTS") is { Length: > 0 } folder)
                {
                    await File.WriteAllTextAsync(Path.Combine(folder, $"events-{seed}-{judge}.txt"), await simulation.EventsAsync(cancellationToken), cancellationToken);
                }

                if (judge)
                {
                    await JudgeAsync(run, $"seed {seed}", simulation, cancellationToken);
                }
            }),
            cancellationToken);
        return digest;
    }

    private static async Task JudgeAsync(CheckRun run, string seed, Simulation simulation, CancellationToken cancellationToken)
    {
        foreach (var (keeper, cache) in simulation.Keepers.Zip(simulation.Caches))
        {
            await JudgeTimesAsync(run, $"{seed}, {keeper.Project}", keeper, simulation, cancellationToken);
            await JudgeRemovalsAsync(run, $"{seed}, {keeper.Project}", keeper, cache, cancellationToken);
        }

        var oldest = await simulation.State.FindAsync<long>("SELECT min(started_at) FROM runs", null, cancellationToken);
        var limit = simulation.Until - simulation.Keepers[0].Settings.Scheduling.KeepRuns - TimeSpan.FromDays(2);
        run.Expect(DateTimeOffset.FromUnixTimeMilliseconds(oldest) >= limit || simulation.Until - Simulation.From < TimeSpan.FromDays(12), $"{seed}: the ledger keeps runs of {DateTimeOffset.FromUnixTimeMilliseconds(oldest):u}");
        var failed = await simulation.State.FindAsync<long>("SELECT count(*) FROM runs WHERE outcome = 'failed'", null, cancellationToken);
        var all = await simulation.State.FindAsync<long>("SELECT count(*) FROM runs", null, cancellationToken);
        run.Fact($"{seed}: {simulation.Caches.Sum(cache => cache.FaultsBegun)} faults, {simulation.Restarts} restarts, {simulation.Caches.Sum(cache => cache.Tiers.Sum(tier => tier.Removed.Count))} entries removed, {all} runs kept in the ledger, {failed} of them failed");
    }

    // Jobs whose rhythm is never adapted: each of their due times that the ledger still keeps has one row.
    private static async Task JudgeTimesAsync(CheckRun run, string who, KeeperHost keeper, Simulation simulation, CancellationToken cancellationToken)
    {
        var since = simulation.Until - keeper.Settings.Scheduling.KeepRuns + TimeSpan.FromDays(1);
        var from = since > Simulation.From ? since : Simulation.From;
        foreach (var job in keeper.Timetable.Where(job => job.Fires && (job.IsDaily(from) || job.Name == FixedJobs.HealthCheck)))
        {
            var recorded = await keeper.Runs.ScheduledAsync(keeper.Project, job.Name, from, cancellationToken);
            var missing = job.Schedule.Between(from, simulation.Until - TimeSpan.FromHours(3)).Where(time => !recorded.Contains(time)).ToList();
            run.Expect(missing.Count == 0, $"{who}: {job.Name} has no record for {missing.Count} due times{(missing.Count > 0 ? $", such as {missing[0]:u}" : "")}");
        }

        var open = await keeper.Runs.UnfinishedAsync(keeper.Project, cancellationToken);
        run.Expect(open.Count == 0, $"{who}: {open.Count} records have no end");
    }

    private static async Task JudgeRemovalsAsync(CheckRun run, string who, KeeperHost keeper, SimulatedCache cache, CancellationToken cancellationToken)
    {
        var receipts = new ReceiptStore(keeper.State);
        var receipted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in await keeper.State.QueryAsync<string>("SELECT run FROM receipts WHERE project = @project", new { project = keeper.Project }, cancellationToken))
        {
            foreach (var frame in receipts.Read((await receipts.FindAsync(keeper.Project, name, cancellationToken))!))
            {
                receipted.UnionWith(frame.Select(entry => entry.Head.Id));
            }
        }

        var removed = cache.Tiers.SelectMany(tier => tier.Removed).ToList();
        run.Expect(removed.All(receipted.Contains), $"{who}: {removed.Count(id => !receipted.Contains(id))} of {removed.Count} removed entries are on no receipt");
        var gone = cache.Pinned.Except(cache.Tiers.SelectMany(tier => tier.Entries).Select(entry => entry.Head.Id)).Count();
        run.Expect(gone == 0, $"{who}: {gone} pinned entries are gone");
    }
}
