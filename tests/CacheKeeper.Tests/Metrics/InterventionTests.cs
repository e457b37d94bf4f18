using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Metrics;

public sealed class InterventionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(150, true)]
    [InlineData(151, false)]
    public void It_explains_its_time_and_a_while_after(int minutes, bool explained) =>
        Assert.Equal(explained, new Intervention("deep-cleanup", Noon, Noon.AddMinutes(30), "run").Explains(Noon.AddMinutes(minutes), TimeSpan.FromHours(2)));

    [Fact]
    public void What_has_not_ended_explains_until_it_does() => Assert.True(new Intervention("deep-cleanup", Noon, null, "run").Explains(Noon.AddDays(3), TimeSpan.Zero));

    [Theory]
    [InlineData("light-cleanup", RunOutcome.Done, true)]
    [InlineData("light-cleanup", RunOutcome.Degraded, true)]
    [InlineData("light-cleanup", RunOutcome.Interrupted, true)]
    [InlineData("light-cleanup", null, true)]
    [InlineData("light-cleanup", RunOutcome.Refused, false)]
    [InlineData("light-cleanup", RunOutcome.NothingToDo, false)]
    [InlineData("light-cleanup", RunOutcome.DryRun, false)]
    [InlineData("analytics-collection", RunOutcome.Done, false)]
    [InlineData("backup", RunOutcome.Done, false)]
    internal void Only_runs_that_changed_something_are_interventions(string job, RunOutcome? outcome, bool counts)
    {
        var run = new RunRecord { Run = "run-1", Job = job, Project = "p", StartedAt = Noon, EndedAt = outcome is null ? null : Noon.AddMinutes(1), Node = "n", Trigger = RunTrigger.Schedule, Outcome = outcome };
        Assert.Equal(counts ? [new Intervention(job, Noon, run.EndedAt, "run-1")] : [], Interventions.Of([run]));
    }

    [Fact]
    public void On_hours_it_touches_each_hour_it_was_at_work_in()
    {
        var hour = TimeSpan.FromHours(1);
        Assert.Equal(new StepRange(2, 4), StepRange.Of(new Intervention("deep-cleanup", Noon.AddMinutes(150), Noon.AddMinutes(200), "r"), Noon, hour, 10));
        Assert.Equal(new StepRange(0, 1), StepRange.Of(new Intervention("deep-cleanup", Noon.AddHours(-5), Noon.AddMinutes(5), "r"), Noon, hour, 10));
        Assert.Equal(new StepRange(9, 10), StepRange.Of(new Intervention("deep-cleanup", Noon.AddHours(9), null, "r"), Noon, hour, 10));
    }
}
