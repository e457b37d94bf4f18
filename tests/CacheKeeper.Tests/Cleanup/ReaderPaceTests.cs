using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class ReaderPaceTests
{
    private static readonly PacePolicy Policy = new() { Pause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public void The_pause_doubles_while_readers_wait_stops_at_its_longest_and_comes_back()
    {
        var pace = ReaderPace.Start([Ms(2), Ms(1), Ms(50)], Policy);
        Assert.Equal(Ms(2), pace.Usual);
        double[] pauses = [.. Following(pace, [9, 9, 9, 9, 9, 9, 2, 2, 2, 2, 2])];
        Assert.Equal([40, 80, 160, 320, 500, 500, 250, 125, 62.5, 31.25, 20], pauses);
    }

    [Fact]
    public void A_read_is_slow_only_when_it_takes_both_a_multiple_and_noticeably_longer()
    {
        var pace = ReaderPace.Start([Ms(1)], Policy);
        Assert.False(pace.IsSlow(Ms(5), Policy));
        Assert.True(pace.IsSlow(Ms(7), Policy));
        Assert.False(ReaderPace.Start([Ms(30)], Policy).IsSlow(Ms(40), Policy));
        Assert.False(ReaderPace.Start([], Policy).IsSlow(Ms(9999), Policy));
    }

    [Theory]
    [InlineData(10, 0.25, 30)]
    [InlineData(10, 0.5, 20)] // never shorter than the pause
    [InlineData(10, 1.0, 20)]
    [InlineData(5000, 0.25, 500)] // never longer than the longest
    public void A_pause_leaves_readers_their_share_of_the_time(double worked, double share, double pause) =>
        Assert.Equal(Ms(pause), ReaderPace.Start([], Policy).Rest(Ms(worked), share, Policy));

    [Fact]
    public void At_full_pace_nothing_is_waited_for() => Assert.Equal(TimeSpan.Zero, ReaderPace.Start([Ms(1)], PacePolicy.Full).Rest(Ms(5000), PacePolicy.Full.WorkShare, PacePolicy.Full));

    [Fact]
    public void Memory_health_is_the_share_that_passes_every_part()
    {
        var now = new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
        var health = new MemoryHealth(now);
        Assert.Null(health.Score);
        var good = new EntryHead(TierName.Mem0, "1", "") { Category = "payments" };
        health.See(good, duplicate: false);
        health.See(good with { ReplacedBy = "1" }, duplicate: false);
        health.See(good with { Category = null }, duplicate: false);
        health.See(good with { AnswersUntil = now }, duplicate: true);
        Assert.Equal(0.25, health.Score);
        Assert.Equal("Memory health 0.25: of 4 memories 75 % still answer, 75 % are not superseded, 75 % carry a category.", health.Sentence);
    }

    [Fact]
    public void A_memory_is_stale_a_day_after_its_own_end_and_only_where_memories_are_kept_in_order()
    {
        var now = new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
        var rules = new SelectionRules { Mode = CleanupMode.Duplicates, AsOf = now, Policy = new CleanupPolicy() };
        var memory = new EntryHead(TierName.Mem0, "1", "") { AnswersUntil = now.AddHours(-24) };
        Assert.Equal(RemovalReason.Stale, rules.Choose(memory));
        Assert.Null(rules.Choose(memory with { AnswersUntil = now.AddHours(-23) }));
        Assert.Null(rules.Choose(memory with { Pinned = true }));
        Assert.Null((rules with { Mode = CleanupMode.Light }).Choose(memory));
    }

    private static IEnumerable<double> Following(ReaderPace pace, double[] reads)
    {
        foreach (var read in reads)
        {
            pace = pace.After(Ms(read), Policy);
            yield return pace.Pause.TotalMilliseconds;
        }
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
