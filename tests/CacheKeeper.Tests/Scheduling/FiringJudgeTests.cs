using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>Which firing runs, waits or is skipped.</summary>
public sealed class FiringJudgeTests
{
    private static readonly SchedulingPolicy Policy = new();
    private static readonly DateTimeOffset Two = DateTimeOffset.Parse("2026-11-24T02:00Z");
    private static readonly IReadOnlyList<ScheduledJob> All = Timetable.Of(Policy, "p", _ => true);

    [Fact]
    public void Light_is_left_to_deep_at_the_same_hour_and_runs_at_others()
    {
        Assert.Equal(FiringStep.Skip, Judge(FixedJobs.LightCleanup, Two).Step);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.LightCleanup, Two.AddHours(2)).Step);
    }

    [Fact]
    public void Light_runs_where_deep_is_not_there_or_is_paused()
    {
        var without = Timetable.Of(Policy, "p", name => name != FixedJobs.DeepCleanup);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.LightCleanup, Two, new FiringFacts(without, NoPauses)).Step);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.LightCleanup, Two, new FiringFacts(All, Paused(FixedJobs.DeepCleanup))).Step);
    }

    [Fact]
    public void The_daily_optimization_is_left_to_the_full_one_on_Sundays()
    {
        Assert.Equal(FiringStep.Skip, Judge(FixedJobs.PerformanceOptimization, DateTimeOffset.Parse("2026-11-29T04:00Z")).Step);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.PerformanceOptimization, DateTimeOffset.Parse("2026-11-30T04:00Z")).Step);
    }

    [Fact]
    public void Deep_waits_for_a_backup_that_is_to_come_or_runs()
    {
        Assert.Equal(FiringStep.Wait, Judge(FixedJobs.DeepCleanup, Two).Step);
        Assert.Equal(FiringStep.Wait, Judge(FixedJobs.DeepCleanup, Two, Facts(Backup(null))).Step);
    }

    [Theory]
    [InlineData(RunOutcome.Done, FiringStep.Run)]
    [InlineData(RunOutcome.Degraded, FiringStep.Skip)]
    [InlineData(RunOutcome.Failed, FiringStep.Skip)]
    [InlineData(RunOutcome.Skipped, FiringStep.Skip)]
    internal void Deep_runs_only_after_a_backup_that_is_done(RunOutcome outcome, FiringStep step) =>
        Assert.Equal(step, Judge(FixedJobs.DeepCleanup, Two, Facts(Backup(outcome))).Step);

    [Fact]
    public void Yesterdays_backup_does_not_count() =>
        Assert.NotEqual(FiringStep.Run, Judge(FixedJobs.DeepCleanup, Two, Facts(Backup(RunOutcome.Done) with { ScheduledAt = Two.AddHours(-25) })).Step);

    [Fact]
    public void Deep_stops_waiting_after_the_longest_wait_and_can_be_let_run_without()
    {
        var firing = new Firing(FixedJobs.DeepCleanup, Two, RunTrigger.Schedule);
        Assert.Equal(FiringStep.Skip, FiringJudge.Judge(firing, Facts(), Policy, Two + Policy.LongestWait).Step);
        Assert.Equal(FiringStep.Run, FiringJudge.Judge(firing, Facts(), Policy with { WaiveBackup = true }, Two).Step);
    }

    [Fact]
    public void A_paused_job_is_skipped_with_its_reason_until_the_pause_ends()
    {
        var facts = new FiringFacts(All, new Dictionary<string, Pause> { [FixedJobs.Backup] = new(Two, Two.AddHours(1), "disk full") });
        Assert.Contains("disk full", Judge(FixedJobs.Backup, Two, facts).Reason, StringComparison.Ordinal);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.Backup, Two.AddHours(2), facts).Step);
    }

    [Fact]
    public void A_daily_job_whose_time_was_moved_does_not_run_twice_on_a_day()
    {
        var ran = Backup(RunOutcome.Done) with { ScheduledAt = Two.AddHours(-2) };
        Assert.Equal(FiringStep.Skip, Judge(FixedJobs.Backup, Two, Facts(ran)).Step);
        Assert.Equal(FiringStep.Run, Judge(FixedJobs.Backup, Two, Facts(ran with { Outcome = RunOutcome.Failed })).Step);
    }

    [Fact]
    public void A_job_that_still_runs_is_skipped_or_queued_as_its_overlap_says()
    {
        var queued = Timetable.Of(Policy with { Jobs = new() { [FixedJobs.HealthCheck] = new JobSettings { Overlap = OverlapPolicy.Queue } } }, "p", _ => true);
        Assert.Equal(FiringStep.Skip, Judge(FixedJobs.AnalyticsCollection, Two, Facts() with { RunningSince = Two }).Step);
        Assert.Equal(FiringStep.Wait, Judge(FixedJobs.HealthCheck, Two, new FiringFacts(queued, NoPauses) { RunningSince = Two }).Step);
    }

    private static IReadOnlyDictionary<string, Pause> NoPauses => new Dictionary<string, Pause>();

    private static FiringVerdict Judge(string job, DateTimeOffset at, FiringFacts? facts = null) => FiringJudge.Judge(new Firing(job, at, RunTrigger.Schedule), facts ?? Facts(), Policy, at);

    private static FiringFacts Facts(params RunRecord[] recent) => new(All, NoPauses) { Recent = recent };

    private static Dictionary<string, Pause> Paused(string job) => new() { [job] = new Pause(Two.AddDays(-1), null, "") };

    private static RunRecord Backup(RunOutcome? outcome) => new()
    {
        Run = "run-1",
        Job = FixedJobs.Backup,
        Project = "p",
        ScheduledAt = Two.AddHours(-1),
        StartedAt = Two.AddHours(-1),
        EndedAt = outcome is null ? null : Two,
        Node = "n",
        Trigger = RunTrigger.Schedule,
        Outcome = outcome,
    };
}
