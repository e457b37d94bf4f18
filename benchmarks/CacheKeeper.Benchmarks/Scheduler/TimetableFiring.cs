using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>Our own firing: the timetable over the ledger.</summary>
internal sealed class TimetableFiring : IFiring
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimetableRunner _runner;
    private readonly Task _keeping;

    private TimetableFiring(StateStore state, int jobs)
    {
        var (policy, runs) = (new SchedulingPolicy(), new RunStore(state));
        _runner = new TimetableRunner(
            new ProjectParts
            {
                Project = "bench",
                Node = "bench",
                Policy = policy,
                Timetable = [.. Enumerable.Range(0, jobs).Select(Line)],
                Runs = runs,
                Runner = new JobRunner(runs, new LeaseStore(state), policy, "bench", TimeProvider.System, NullLogger<JobRunner>.Instance, new AuditStore(state)) { Freezes = new FreezeStore(new NoteStore(state), policy) },
                Notes = new SchedulerNotesStore(new NoteStore(state), "bench"),
                Create = name => new EmptyJob(name, Second(DateTimeOffset.UtcNow), Lateness),
            },
            TimeProvider.System,
            NullLogger.Instance);
        _keeping = _runner.KeepAsync(_stop.Token);
    }

    public Lateness Lateness { get; } = new();

    public static IFiring Start(StateStore state, int jobs) => new TimetableFiring(state, jobs);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        await _runner.SettleAsync();
        _stop.Dispose();
    }

    private static ScheduledJob Line(int number) =>
        new(new FixedJob($"job-{number:D4}", "* * * * *", "Does nothing"), CronSchedule.Parse("* * * * * *", TimeZoneInfo.Utc), new JobSettings(), true, TimeSpan.Zero);

    // The second that is under way: what a body that begins within a second of its time was scheduled for.
    private static DateTimeOffset Second(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
}
