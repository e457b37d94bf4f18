using CacheKeeper.Scheduling;
using CsCheck;

namespace CacheKeeper.Tests.Scheduling;

public sealed class WindowPlannerTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly JobPeriod Today = new(Midnight, Midnight.AddDays(1), new Dictionary<string, DateTimeOffset>());
    private static readonly QuietTime Night = new(Midnight.AddHours(2), Midnight.AddHours(6), 0.1);

    [Fact]
    public void Jobs_of_one_tier_do_not_all_get_the_same_best_time()
    {
        var plan = Plan([Job("a", 60, 8), Job("b", 90, 9), Job("c", 30, 10)], [Night]);
        Assert.Equal(["b", "a", "c"], plan.Placed.Select(one => one.Job.Name));
        Assert.Equal([2.0, 3.5, 4.5], plan.Placed.Select(one => (one.Start - Midnight).TotalHours));
        Assert.All(plan.Placed, one => Assert.True(one.Moved));
    }

    [Fact]
    public void Jobs_of_different_tiers_share_it()
    {
        var plan = Plan([Job("a", 60, 8), Job("b", 60, 9) with { Tiers = ["mem0"] }], [Night]);
        Assert.All(plan.Placed, one => Assert.Equal(Night.Start, one.Start));
    }

    [Fact]
    public void A_cleanup_waits_for_its_backup_though_it_is_longer()
    {
        var plan = Plan([Job("deep-cleanup", 90, 2) with { After = ["backup"] }, Job("backup", 20, 1) with { Tiers = ["mem0"] }], [Night]);
        Assert.Equal(["backup", "deep-cleanup"], plan.Placed.Select(one => one.Job.Name));
        Assert.Equal(plan.Placed[0].End, plan.Placed[1].Start);
    }

    [Fact]
    public void Without_a_quiet_time_the_timetable_stands()
    {
        var plan = Plan([Job("a", 300, 8)], [Night]);
        Assert.Equal(Midnight.AddHours(8), plan.Placed[0].Start);
        Assert.False(plan.Placed[0].Moved);
    }

    [Fact]
    public void What_has_run_in_the_period_does_not_run_again()
    {
        var ran = Today with { Ran = new Dictionary<string, DateTimeOffset> { ["a"] = Midnight.AddHours(1) } };
        var plan = WindowPlanner.Plan([Job("a", 60, 8), Job("b", 60, 9) with { After = ["a"] }], [Night], ran, _ => 1, Midnight.AddHours(1));
        Assert.Equal("b", Assert.Single(plan.Placed).Job.Name);
        Assert.Contains("once", plan.Left["a"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_night_that_is_over_is_not_planned_into()
    {
        var plan = WindowPlanner.Plan([Job("a", 60, 1)], [Night], Today, _ => 1, Midnight.AddHours(7));
        Assert.Equal(Midnight.AddHours(7), plan.Placed[0].Start);
    }

    [Fact]
    public void Jobs_that_wait_for_each_other_still_run()
    {
        var plan = Plan([Job("a", 60, 1) with { After = ["b"] }, Job("b", 60, 2) with { After = ["a"] }], [Night]);
        Assert.Equal(2, plan.Placed.Count);
    }

    [Fact]
    public void Two_at_once_where_the_tier_takes_two()
    {
        var plan = WindowPlanner.Plan([Job("a", 60, 8), Job("b", 60, 9), Job("c", 60, 10)], [Night], Today, _ => 2, Midnight);
        Assert.Equal([2.0, 2.0, 3.0], plan.Placed.Select(one => (one.Start - Midnight).TotalHours));
    }

    [Fact]
    public void Each_job_runs_exactly_once_in_its_period_in_order_and_within_capacity() =>
        Gen.Select(Gen.Select(Gen.Int[5, 90], Gen.Int[0, 20], Gen.Int[0, 2], Gen.Int[-1, 7]).Array[1, 8], Gen.Select(Gen.Int[0, 22], Gen.Int[1, 4]).Array[0, 4], Gen.Int[0, 8]).Sample((rows, times, hour) =>
        {
            var jobs = rows.Select((row, i) => Job("job" + i, row.Item1, row.Item2) with
            {
                Tiers = ["tier" + row.Item3],
                After = row.Item4 >= 0 && row.Item4 < i ? ["job" + row.Item4] : [],
            }).ToArray();
            var quiet = times.Select(time => new QuietTime(Midnight.AddHours(time.Item1), Midnight.AddHours(time.Item1 + time.Item2), time.Item1 / 100.0)).ToArray();
            var now = Midnight.AddHours(hour);
            var plan = WindowPlanner.Plan(jobs, quiet, Today, _ => 1, now);
            var once = plan.Placed.Select(one => one.Job.Name).Concat(plan.Left.Keys).Order().SequenceEqual(jobs.Select(job => job.Name).Order());
            var inside = plan.Placed.All(one => one.Start >= now && one.Start < Today.End);
            var ordered = plan.Placed.All(one => one.Job.After.All(name => plan.Placed.Single(other => other.Job.Name == name).End <= one.Start));
            var crowded = plan.Placed.Any(one => plan.Placed.Any(other =>
                other != one && !one.Reason.Contains("waits for the tier", StringComparison.Ordinal) && !other.Reason.Contains("waits for the tier", StringComparison.Ordinal)
                && one.Job.Tiers.Intersect(other.Job.Tiers).Any() && one.Start < other.End && other.Start < one.End));
            return once && inside && ordered && !crowded;
        });

    private static WindowPlan Plan(MovableJob[] jobs, QuietTime[] quiet) => WindowPlanner.Plan(jobs, quiet, Today, _ => 1, Midnight);

    private static MovableJob Job(string name, int minutes, int timetableHour) =>
        new(name, TimeSpan.FromMinutes(minutes), ["postgresql"], [], Midnight.AddHours(timetableHour));
}
