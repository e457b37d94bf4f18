using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>The running timetable on a real ledger and a fake clock, as it must be on every kind of state.</summary>
public abstract class TimetableContract : IAsyncLifetime
{
    // Every time of the timetable lies on one; the clock stands half a minute after it.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-24T00:00:30Z"));
    private StateLocation _location = null!;
    private StateStore _state = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _location = await LocateAsync();
        _state = await StateStore.OpenAsync(_location, Now);
    }

    [Fact]
    public async Task A_day_has_one_row_for_each_time_and_deep_runs_after_the_backup()
    {
        var jobs = new Jobs();
        await RunAsync(Runner(jobs), TimeSpan.FromDays(1));
        var runs = await new RunStore(_state).ListAsync(new RunFilter { Limit = 1000 }, Now);
        Assert.Equal(96, runs.Count(run => run.Job == FixedJobs.AnalyticsCollection));
        Assert.Equal(48, runs.Count(run => run.Job == FixedJobs.HealthCheck));
        Assert.Equal(12, runs.Count(run => run.Job == FixedJobs.LightCleanup));
        Assert.Single(runs, run => run is { Job: FixedJobs.LightCleanup, Outcome: RunOutcome.Skipped });
        Assert.Single(runs, run => run is { Job: FixedJobs.DeepCleanup, Outcome: RunOutcome.Done });
        Assert.True(jobs.Ran.IndexOf(FixedJobs.Backup) < jobs.Ran.IndexOf(FixedJobs.DeepCleanup));
        Assert.Equal(runs.Count, runs.Select(run => (run.Job, run.ScheduledAt)).Distinct().Count());
    }

    [Fact]
    public async Task Deep_is_skipped_with_the_reason_where_the_backup_failed()
    {
        var jobs = new Jobs { Failing = { FixedJobs.Backup } };
        await RunAsync(Runner(jobs), TimeSpan.FromHours(6));
        var deep = Assert.Single(await new RunStore(_state).ListAsync(new RunFilter { Job = FixedJobs.DeepCleanup }, Now));
        Assert.Equal(RunOutcome.Skipped, deep.Outcome);
        Assert.Contains("No verified backup", deep.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runners_on_one_state_run_each_time_once()
    {
        var (one, other) = (new Jobs(), new Jobs());
        var (first, second) = (Runner(one), Runner(other));
        await first.BeginAsync(Now);
        await second.BeginAsync(Now);
        for (var step = 0; step < 36; step++)
        {
            _time.Advance(Step);
            await Task.WhenAll(first.TickAsync(Now), second.TickAsync(Now));
            await Task.WhenAll(first.SettleAsync(), second.SettleAsync());
        }

        Assert.Equal(12, one.Ran.Concat(other.Ran).Count(job => job == FixedJobs.AnalyticsCollection));
    }

    [Fact]
    public async Task After_a_pause_of_the_process_one_run_stands_for_the_missed_times()
    {
        await RunAsync(Runner(new Jobs()), TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromHours(5));
        var jobs = new Jobs();
        await RunAsync(Runner(jobs), TimeSpan.FromMinutes(2));
        Assert.Single(jobs.Ran, job => job == FixedJobs.AnalyticsCollection);
        var runs = await new RunStore(_state).ListAsync(new RunFilter { Job = FixedJobs.AnalyticsCollection, Limit = 100 }, Now);
        Assert.Equal(24, runs.Count);
        Assert.Equal(19, runs.Count(run => run.Outcome == RunOutcome.Skipped));
    }

    [Fact]
    public async Task A_run_whose_node_died_is_begun_anew_and_its_time_keeps_one_row()
    {
        var runs = new RunStore(_state);
        var at = DateTimeOffset.Parse("2026-11-24T00:00Z");
        var dead = await runs.BeginAsync(new RunRecord { Run = "", Job = FixedJobs.Backup, Project = "p", ScheduledAt = at, StartedAt = at, Node = "dead", Trigger = RunTrigger.Schedule, Token = 1 }, Now);
        var jobs = new Jobs();
        await RunAsync(Runner(jobs), TimeSpan.FromMinutes(2));
        Assert.Contains(FixedJobs.Backup, jobs.Ran);
        var row = Assert.Single(await runs.ListAsync(new RunFilter { Job = FixedJobs.Backup }, Now), run => run.ScheduledAt == at);
        Assert.Equal(RunOutcome.Done, row.Outcome);
        Assert.Equal(RunOutcome.Interrupted, (await runs.FindAsync(dead!.Run, Now))!.Outcome);
    }

    [Fact]
    public async Task A_paused_job_has_its_times_recorded_as_skipped()
    {
        await new SchedulerNotesStore(new NoteStore(_state), "p").PauseAsync(FixedJobs.HealthCheck, new Pause(_time.GetUtcNow(), null, "quiet please"), _time.GetUtcNow(), Now);
        var jobs = new Jobs();
        await RunAsync(Runner(jobs), TimeSpan.FromHours(1));
        Assert.DoesNotContain(FixedJobs.HealthCheck, jobs.Ran);
        Assert.Equal(2, (await new RunStore(_state).ListAsync(new RunFilter { Job = FixedJobs.HealthCheck, Outcome = RunOutcome.Skipped }, Now)).Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        Directory.Delete(_location.Directory, recursive: true);
    }

    private protected abstract Task<StateLocation> LocateAsync();

    private async Task RunAsync(TimetableRunner runner, TimeSpan span)
    {
        await runner.BeginAsync(Now);
        var until = _time.GetUtcNow() + span;
        while (_time.GetUtcNow() < until)
        {
            await runner.TickAsync(Now);
            await runner.SettleAsync();
            _time.Advance(Step);
        }

        await runner.TickAsync(Now);
        await runner.SettleAsync();
    }

    private TimetableRunner Runner(Jobs jobs)
    {
        var (policy, runs) = (new SchedulingPolicy(), new RunStore(_state));
        return new TimetableRunner(
            new ProjectParts
            {
                Project = "p",
                Node = "n",
                Policy = policy,
                Timetable = Timetable.Of(policy, "p", _ => true),
                Runs = runs,
                Runner = new JobRunner(runs, new LeaseStore(_state), policy, "n", _time, NullLogger<JobRunner>.Instance, new AuditStore(_state)) { Freezes = new FreezeStore(new NoteStore(_state), policy) },
                Notes = new SchedulerNotesStore(new NoteStore(_state), "p"),
                Create = jobs.Create,
            },
            _time,
            NullLogger.Instance);
    }

    private sealed class Jobs
    {
        private readonly Lock _gate = new();

        public List<string> Ran { get; } = [];

        public HashSet<string> Failing { get; } = [];

        public IJob Create(string name) => new Job(name, this);

        private sealed class Job(string name, Jobs jobs) : IJob
        {
            public string Name => name;

            public IReadOnlyList<string> Resources => [];

            public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
            {
                lock (jobs._gate)
                {
                    jobs.Ran.Add(name);
                }

                return Task.FromResult(new JobResult(jobs.Failing.Contains(name) ? RunOutcome.Failed : RunOutcome.Done, "ok"));
            }
        }
    }
}
