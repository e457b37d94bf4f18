using CacheKeeper.Scheduling;
using CsCheck;

namespace CacheKeeper.Tests.Scheduling;

public sealed class AdaptiveIntervalTests
{
    private static readonly AdaptivePolicy Policy = new();
    private static readonly TimeSpan Base = TimeSpan.FromMinutes(15);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.95, "00:18:00", true)]
    [InlineData(0.90, "00:15:00", false)]
    [InlineData(0.80, "00:15:00", false)]
    [InlineData(0.70, "00:15:00", false)]
    [InlineData(0.65, "00:10:00", true)]
    [InlineData(null, "00:15:00", false)]
    [InlineData(double.NaN, "00:15:00", false)]
    public void The_first_step_follows_the_score(double? score, string expected, bool changed)
    {
        var next = AdaptiveInterval.AtBase(Base).Next("light-cleanup", Base, score, Policy, Start);
        Assert.Equal(TimeSpan.Parse(expected, null), next.Interval);
        Assert.Equal(changed, next.Changed);
        Assert.NotEmpty(next.Reason);
    }

    [Fact]
    public void Twenty_calm_rounds_double_the_interval_and_no_more()
    {
        var interval = Rounds(AdaptiveInterval.AtBase(Base), 20, 0.99, TimeSpan.FromHours(2));
        Assert.Equal(Base * 2, interval.Interval);
        Assert.False(interval.Changed);
    }

    [Fact]
    public void Many_looks_in_one_period_change_it_once()
    {
        var interval = Rounds(AdaptiveInterval.AtBase(Base), 20, 0.99, TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromMinutes(18), interval.Interval);
        Assert.Contains("at most one change", interval.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(0.10)]
    public void An_ordinary_score_brings_it_back_to_its_base(double before)
    {
        var away = Rounds(AdaptiveInterval.AtBase(Base), 10, before, TimeSpan.FromHours(2));
        Assert.NotEqual(Base, away.Interval);
        var back = Start + TimeSpan.FromDays(30);
        var interval = away;
        for (var round = 0; round < 10; round++)
        {
            interval = interval.Next("light-cleanup", Base, 0.8, Policy, back + (round * TimeSpan.FromHours(2)));
        }

        Assert.Equal(Base, interval.Interval);
    }

    [Theory]
    [InlineData("health-check")]
    [InlineData("backup")]
    public void Health_checks_and_backups_keep_their_rhythm(string job)
    {
        foreach (var score in new double?[] { 0, 0.8, 1, null })
        {
            Assert.Equal(Base, AdaptiveInterval.AtBase(Base).Next(job, Base, score, Policy, Start).Interval);
        }
    }

    [Fact]
    public void It_never_leaves_its_bounds_nor_changes_twice_in_a_period() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 40], Gen.Int[1, 180].Array[40]).Sample((scores, minutes) =>
        {
            var (interval, now) = (AdaptiveInterval.AtBase(Base), Start);
            DateTimeOffset? last = null;
            for (var i = 0; i < scores.Length; i++)
            {
                now += TimeSpan.FromMinutes(minutes[i]);
                interval = interval.Next("light-cleanup", Base, scores[i], Policy, now);
                if (interval.Changed && last is { } before && now - before < Policy.ChangePeriod)
                {
                    return false;
                }

                last = interval.Changed ? now : last;
            }

            return interval.Interval >= Base * Policy.Shortest - TimeSpan.FromSeconds(1) && interval.Interval <= Base * Policy.Longest + TimeSpan.FromSeconds(1);
        });

    [Fact]
    public void Runs_stay_aligned_to_their_anchor() => Gen.Select(Gen.Int[1, 600], Gen.Int[-100, 100_000]).Sample((minutes, seconds) =>
    {
        var interval = TimeSpan.FromMinutes(minutes);
        var after = Start + TimeSpan.FromSeconds(seconds);
        var next = AdaptiveInterval.NextRun(Start, interval, after);
        return next > after && (next - Start).Ticks % interval.Ticks == 0 && (next - after <= interval || next == Start);
    });

    private static AdaptiveInterval Rounds(AdaptiveInterval interval, int count, double score, TimeSpan apart)
    {
        for (var round = 0; round < count; round++)
        {
            interval = interval.Next("light-cleanup", Base, score, Policy, Start + (round * apart));
        }

        return interval;
    }
}
