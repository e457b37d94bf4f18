using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>The running timetable while its clock is set by a second to ten years, both ways, and while its process sleeps.</summary>
internal static class ClockJumps
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 30, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(11), TimeSpan.FromHours(1), TimeSpan.FromHours(5), TimeSpan.FromDays(1),
        TimeSpan.FromDays(30), TimeSpan.FromDays(366), TimeSpan.FromDays(3653),
    ];

    public static async Task JudgeAsync(CheckRun run, CancellationToken cancellationToken)
    {
        foreach (var jump in run.Smoke ? Jumps.Where((_, i) => i % 3 == 0) : Jumps)
        {
            await JudgeAsync(run, jump, restart: false, cancellationToken);
            await JudgeAsync(run, -jump, restart: false, cancellationToken);
            await JudgeAsync(run, -jump, restart: true, cancellationToken);
        }
    }

    private static async Task JudgeAsync(CheckRun run, TimeSpan jump, bool restart, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-jump-").FullName;
        try
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            var time = new JumpingTime(Start);
            var began = new List<TimeSpan>();
            var lived = TimeSpan.Zero;
            var runner = Runner(state, time, () => began.Add(lived));
            await runner.BeginAsync(cancellationToken);
            var whole = TimeSpan.FromHours(3);
            while (lived < whole)
            {
                await runner.TickAsync(cancellationToken);
                await runner.SettleAsync();
                (time, lived) = (Moved(time), lived + Step);
                if (lived == whole / 2)
                {
                    time.Move(jump);
                    if (restart)
                    {
                        runner = Runner(state, time, () => began.Add(lived));
                        await runner.BeginAsync(cancellationToken);
                    }
                }
            }

            // A keeper that starts cannot tell a clock set back by less than a misfire from another keeper's clock that is ahead.
            var unseen = restart && jump > -new SchedulingPolicy().MisfireAfter ? -jump : TimeSpan.Zero;
            await JudgeAsync(run, $"clock set by {jump}{(restart ? ", then a restart" : "")}", state, began, whole, Interval + Step + unseen, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static JumpingTime Moved(JumpingTime time)
        {
            time.Move(Step);
            return time;
        }
    }

    // Silence is measured on a clock nobody sets: how long the process lived between two beginnings.
    private static async Task JudgeAsync(CheckRun run, string what, StateStore state, List<TimeSpan> began, TimeSpan whole, TimeSpan allowed, CancellationToken cancellationToken)
    {
        var longest = began.Prepend(TimeSpan.Zero).Zip(began.Append(whole)).Max(pair => pair.Second - pair.First);
        run.Expect(longest <= allowed, $"{what}: the job of every ten minutes was silent for {longest}");
        run.Expect(began.Count <= (whole / Interval) + 3, $"{what}: {began.Count} runs in {whole}");
        var open = await state.FindAsync<long>("SELECT count(*) FROM runs WHERE ended_at IS NULL", null, cancellationToken);
        run.Expect(open == 0, $"{what}: {open} records have no end");
        var daily = await state.FindAsync<long>("SELECT count(*) FROM runs WHERE job = 'daily' AND outcome = 'done'", null, cancellationToken);
        run.Expect(daily <= 2, $"{what}: the daily job ran {daily} times");
    }

    private static TimetableRunner Runner(StateStore state, TimeProvider time, Action begin)
    {
        var (policy, runs) = (new SchedulingPolicy(), new RunStore(state));
        return new TimetableRunner(
            new ProjectParts
            {
                Project = "jumps",
                Node = "verify",
                Policy = policy,
                Timetable = [Line("often", "*/10 * * * *"), Line("daily", "30 10 * * *")],
                Runs = runs,
                Runner = new JobRunner(runs, new LeaseStore(state), policy, "verify", time, NullLogger<JobRunner>.Instance, new AuditStore(state)) { Freezes = new FreezeStore(new NoteStore(state), policy) },
                Notes = new SchedulerNotesStore(new NoteStore(state), "jumps"),
                Create = name => new Noting(name, begin),
            },
            time,
            NullLogger.Instance);
    }

    private static ScheduledJob Line(string name, string cron) => new(new FixedJob(name, cron, name), CronSchedule.Parse(cron, TimeZoneInfo.Utc), new JobSettings(), true, TimeSpan.Zero);

    private sealed class Noting(string name, Action begin) : IJob
    {
        public string Name => name;

        public IReadOnlyList<string> Resources => [];

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            if (name == "often")
            {
                begin();
            }

            return Task.FromResult(new JobResult(RunOutcome.Done, "noted"));
        }
    }
}
