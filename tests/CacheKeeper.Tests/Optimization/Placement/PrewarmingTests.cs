using CacheKeeper.Optimization.Placement;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Optimization.Placement;

/// <summary>What is copied before a peak, and what is one.</summary>
public sealed class PrewarmingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 50, 0, TimeSpan.Zero);

    [Fact]
    public void The_most_asked_for_rows_come_first_within_the_budget_and_nothing_that_ends_soon_or_is_never_asked_for()
    {
        var rows = new[] { Row("a", 5, 100), Row("b", 50, 100), Row("c", 9, 100), Row("d", 0, 100), Row("e", 99, 100) with { ExpiresAt = Now.AddMinutes(4) }, Row("f", 2, 100) };
        Assert.Equal(["b", "c", "a"], Prewarming.Choose(rows, new PrewarmPolicy { MostEntries = 3 }, Now).Select(row => row.QueryHash));
        Assert.Equal(["b", "c"], Prewarming.Choose(rows, new PrewarmPolicy { MostBytes = 250 }, Now).Select(row => row.QueryHash));
    }

    [Fact]
    public void A_copy_ends_with_its_row_and_never_later_than_a_key_would()
    {
        Assert.Equal(Now.AddMinutes(30), Prewarming.EndOf(Row("a", 1, 1) with { ExpiresAt = Now.AddMinutes(30) }, Now));
        Assert.Equal(Now.AddHours(1), Prewarming.EndOf(Row("a", 1, 1) with { ExpiresAt = Now.AddDays(3) }, Now));
        Assert.Equal(Now.AddHours(1), Prewarming.EndOf(Row("a", 1, 1) with { ExpiresAt = null }, Now));
    }

    [Theory]
    [InlineData(100, 300, 4, true)]
    [InlineData(100, 140, 4, false)]
    [InlineData(100, 300, 2, false)]
    [InlineData(1, 10, 4, false)]
    public void A_peak_is_far_above_the_hour_before_and_above_the_mean_and_known_for_three_days(long current, long coming, int days, bool peak)
    {
        var hours = Enumerable.Repeat(50L, 24).ToArray();
        (hours[8], hours[9]) = (current, coming);
        Assert.Equal(peak, Prewarming.IsPeakAhead(hours, TimeSpan.FromDays(days), new PrewarmPolicy(), Now));
    }

    private static EntryHead Row(string hash, long uses, long bytes) => new(TierName.Postgresql, hash, "1") { QueryHash = hash, Category = "payments", AccessCount = uses, Bytes = bytes, ExpiresAt = Now.AddHours(5) };
}
