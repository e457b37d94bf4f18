using CacheKeeper.Cleanup;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class CleanupGuardsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 200, null, "")]
    [InlineData(1000, 201, null, "share")]
    [InlineData(1000, 201, 0.21, "")]
    [InlineData(1000, 1000, 0.99, "whole-tier")]
    [InlineData(1000, 1000, 1.0, "")]
    [InlineData(0, 0, null, "")]
    public void No_more_than_its_share_goes(long entries, long taken, double? allowed, string guard) =>
        Assert.Equal(guard, Guards(Plan(entries, taken), overrides: new CleanupOverrides { AllowShare = allowed }));

    [Fact]
    public void An_empty_listing_of_a_tier_that_held_entries_is_refused()
    {
        Assert.Equal("empty-listing", Guards(Plan(0, 0), new TierMemory(5, Now.AddHours(-1), null)));
        Assert.Equal("", Guards(Plan(0, 0), new TierMemory(0, Now.AddHours(-1), null)));
    }

    [Fact]
    public void A_clock_years_ahead_is_refused()
    {
        Assert.Equal("clock", Guards(Plan(10, 1), server: new ServerFacts(Now.AddYears(-3), null)));
        Assert.Equal("clock", Guards(Plan(10, 1), server: new ServerFacts(Now.AddMinutes(6), null)));
        Assert.Equal("", Guards(Plan(10, 1), server: new ServerFacts(Now.AddMinutes(4), null)));
        Assert.Equal("clock", Guards(Plan(10, 1), new TierMemory(10, Now.AddYears(1), null)));
    }

    [Fact]
    public void Another_database_than_before_is_refused() =>
        Assert.Equal("wrong-database", Guards(Plan(10, 1), new TierMemory(10, Now.AddHours(-1), "app/1"), new ServerFacts(Now, "app/2")));

    [Fact]
    public void A_bound_on_rows_holds() =>
        Assert.Equal("max-rows", Guards(Plan(1000, 11), overrides: new CleanupOverrides { MaxRows = 10 }));

    private static string Guards(CleanupPlan plan, TierMemory? memory = null, ServerFacts? server = null, CleanupOverrides? overrides = null)
    {
        var known = memory is null ? [] : new Dictionary<TierName, TierMemory> { [TierName.Postgresql] = memory };
        var servers = server is null ? [] : new Dictionary<TierName, ServerFacts> { [TierName.Postgresql] = server };
        return string.Join(",", CleanupGuards.Check(plan, known, servers, new CleanupPolicy(), overrides ?? new CleanupOverrides()).Select(refusal => refusal.Guard));
    }

    private static CleanupPlan Plan(long entries, long taken) => new()
    {
        Plan = "plan",
        Project = "p",
        Asked = CleanupMode.Light,
        Mode = CleanupMode.Light,
        Reason = "",
        AsOf = Now,
        ValidUntil = Now,
        Tiers = [new TierTotals(TierName.Postgresql, entries, entries * 100)],
        Removals = taken == 0 ? [] : [new PlannedRemoval(TierName.Postgresql, RemovalReason.Expired, taken, taken * 100, "")],
    };
}
