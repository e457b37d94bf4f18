using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Scheduling;

/// <summary>Times that passed while no keeper ran.</summary>
public sealed class MissedFiringsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-24T12:00Z");
    private static readonly DateTimeOffset[] Missed = [Now.AddHours(-3), Now.AddHours(-2), Now.AddHours(-1)];

    [Fact]
    public void Run_once_runs_the_latest_and_records_the_others() => Assert.Equal("ssr", Shape(MisfirePolicy.RunOnce, Missed));

    [Fact]
    public void A_time_that_comes_just_now_stands_for_the_missed_ones() => Assert.Equal("sssr", Shape(MisfirePolicy.RunOnce, [.. Missed, Now]));

    [Fact]
    public void Skip_records_all_of_them() => Assert.Equal("sssr", Shape(MisfirePolicy.Skip, [.. Missed, Now]));

    [Fact]
    public void Catch_up_runs_each_the_oldest_first()
    {
        var firings = Sort(MisfirePolicy.CatchUp, Missed);
        Assert.Equal(Missed, firings.Select(firing => firing.ScheduledAt));
        Assert.All(firings, firing => Assert.Equal(RunTrigger.CatchUp, firing.Trigger));
    }

    [Fact]
    public void Of_very_many_the_latest_are_recorded_and_the_others_counted()
    {
        var firings = Sort(MisfirePolicy.Skip, [.. Enumerable.Range(1, 500).Select(i => Now.AddHours(-501 + i))]);
        Assert.Equal(new SchedulingPolicy().MostMissed, firings.Count);
        Assert.Contains("400 earlier", firings[0].SkipReason, StringComparison.Ordinal);
    }

    private static string Shape(MisfirePolicy misfire, DateTimeOffset[] due) => string.Concat(Sort(misfire, due).Select(firing => firing.SkipReason is null ? 'r' : 's'));

    private static IReadOnlyList<Firing> Sort(MisfirePolicy misfire, DateTimeOffset[] due) => MissedFirings.Sort("backup", due, time => time, misfire, new SchedulingPolicy(), Now);
}
