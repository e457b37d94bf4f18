using CacheKeeper.Client;
using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;

namespace CacheKeeper.Tests.Optimization.Changes;

/// <summary>What is kept and what is taken back.</summary>
public sealed class ChangeJudgeTests
{
    private static readonly DateTimeOffset Made = new(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.05, 0.03, 0.07, 0.05, 0.01, true, true)]
    [InlineData(0.05, 0.03, 0.07, 0.01, 0.005, true, true)]
    [InlineData(0.05, 0.03, 0.07, -0.001, 0.01, false, false)]
    [InlineData(-0.01, -0.02, 0, -0.01, 0.005, true, true)]
    [InlineData(-0.01, -0.02, 0, -0.03, 0.02, true, false)]
    [InlineData(-0.01, -0.02, 0, -0.2, 0.02, false, false)]
    [InlineData(0, 0, 0, -0.004, 0.01, true, true)]
    public void A_change_stays_when_it_helps_or_costs_no_more_than_promised(double promise, double lower, double upper, double got, double half, bool keep, bool helped)
    {
        var verdict = ChangeJudge.Judge(Change(new(promise, lower, upper)), new Estimate(got, got - half, got + half), 1000, 0, 0.5, new OptimizerPolicy(), Made.AddDays(1))!;
        Assert.Equal((keep, helped), (verdict.Keep, verdict.Helped));
        Assert.Equal(Math.Abs(promise - got) * 100, verdict.ErrorPoints!.Value, 6);
        Assert.Equal(got / 2, verdict.Got.HitRatio!.Value, 6);
    }

    [Fact]
    public void It_is_not_judged_early_nor_on_few_lookups_and_goes_when_it_never_proves_itself()
    {
        var change = Change(new(0.05, 0.03, 0.07));
        var got = new Estimate(0.05, 0.04, 0.06);
        Assert.Null(ChangeJudge.Judge(change, got, 1000, 0, 1, new OptimizerPolicy(), Made.AddHours(23)));
        Assert.Null(ChangeJudge.Judge(change, got, 199, 0, 1, new OptimizerPolicy(), Made.AddDays(2)));
        Assert.False(ChangeJudge.Judge(change, got, 199, 0, 1, new OptimizerPolicy(), Made.AddDays(5))!.Keep);
    }

    [Fact]
    public void The_record_counts_what_helped_and_how_far_off_the_promises_were()
    {
        Change Judged(double promise, double got) => Change(new(promise, promise - 0.02, promise + 0.02)) is var change
            ? change with { Verdict = ChangeJudge.Judge(change, new Estimate(got, got - 0.01, got + 0.01), 1000, 0, 1, new OptimizerPolicy(), Made.AddDays(1)) }
            : throw new InvalidOperationException();

        var record = TrackRecord.Of([Judged(0.05, 0.06), Judged(0.05, 0.02), Judged(0.05, -0.01), Change(new(0.1, 0, 0.2))]);
        Assert.Equal("Of 3 changes judged, 2 helped and 1 was taken back; median error 3.0 points, 1 within the promised interval.", record.Sentence);
    }

    [Fact]
    public void A_kept_change_is_renewed_and_one_on_trial_is_not()
    {
        var kept = Change(new(0, 0, 0)) with { State = ChangeState.Kept };
        var renewed = Assert.Single(ChangeTrail.Renewed([kept, Change(new(0, 0, 0))], TimeSpan.FromDays(7), Made.AddDays(3)));
        Assert.Equal(Made.AddDays(10), renewed.Directive.Until);
    }

    [Fact]
    public void A_switchback_stands_in_half_of_its_blocks_and_always_once_it_is_kept()
    {
        var trial = new SwitchbackTrial(Made, TimeSpan.FromHours(1), 8);
        var change = Change(new(0, 0, 0)) with { Trial = trial };
        Assert.Equal([false, true, true, false, false, true, true, false], Enumerable.Range(0, 8).Select(block => change.Stands(Made.AddHours(block + 0.5))));
        Assert.True((change with { State = ChangeState.Kept }).Stands(Made.AddHours(0.5)));
    }

    [Fact]
    public void Growth_within_a_week_is_counted_from_the_lifetime_of_a_week_ago()
    {
        Change[] changes = [Change(new(0, 0, 0)) with { AppliedAt = Made, SecondsBefore = 3600 }, Change(new(0, 0, 0)) with { AppliedAt = Made.AddDays(3), SecondsBefore = 7200 }];
        Assert.Equal(TimeSpan.FromHours(1), ChangeTrail.AWeekAgo(changes, _ => ["a"], Made.AddDays(4))[("payments", "a")]);
        Assert.Equal(TimeSpan.FromHours(2), ChangeTrail.AWeekAgo(changes, _ => ["a"], Made.AddDays(8))[("payments", "a")]);
        Assert.Empty(ChangeTrail.AWeekAgo(changes, _ => ["a"], Made.AddDays(11)));
    }

    private static Change Change(Estimate promised) => new("chg", "p", "run", "ttl:payments", Made)
    {
        What = "Keep answers longer",
        Directive = new TtlDirective(null, "payments", null, null, 7200, Made.AddDays(7), "because", "optimizer"),
        SecondsBefore = 3600,
        Promised = new Effect { GroupHitRatio = promised },
        JudgeAt = Made.AddDays(1),
    };
}
