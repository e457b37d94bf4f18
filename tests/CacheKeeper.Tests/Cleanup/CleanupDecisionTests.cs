using CacheKeeper.Cleanup;

namespace CacheKeeper.Tests.Cleanup;

public sealed class CleanupDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private static readonly CleanupPolicy Policy = new();

    // The specification's tree, its boundaries strict: (entries, activity, hit ratio, lookups) → strength.
    [Theory]
    [InlineData(1501, 500, 0.99, 1000, "Aggressive")]
    [InlineData(1500, 500, 0.99, 1000, "Light")]
    [InlineData(1500, 49, 0.99, 1000, "Moderate")]
    [InlineData(1500, 50, 0.99, 1000, "Light")]
    [InlineData(1001, 49, 0.10, 1000, "Moderate")]
    [InlineData(1000, 49, 0.99, 1000, "Light")]
    [InlineData(1000, 49, 0.599, 1000, "Targeted")]
    [InlineData(1000, 49, 0.60, 1000, "Light")]
    [InlineData(1200, 500, 0.20, 1000, "Targeted")]
    [InlineData(10, 0, 0.0, 99, "Light")]
    [InlineData(10, 0, 0.0, 100, "Targeted")]
    public void The_tree_is_the_specifications(long entries, long activity, double ratio, long lookups, string expected) =>
        Assert.Equal(expected, Decide(new CleanupInputs { Entries = entries, RecentActivity = activity, HitRatio = ratio, Lookups = lookups }).Mode.ToString());

    [Fact]
    public void Unknown_inputs_never_lead_to_a_stronger_cleanup()
    {
        Assert.Equal(CleanupMode.Light, Decide(new CleanupInputs()).Mode);
        Assert.Equal(CleanupMode.Light, Decide(new CleanupInputs { Entries = 1200 }).Mode);
        Assert.Equal(CleanupMode.Light, Decide(new CleanupInputs { Entries = 10, HitRatio = 0.01 }).Mode);
        Assert.Contains("unknown", Decide(new CleanupInputs()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_tier_asks_for_an_aggressive_cleanup_whatever_the_count() =>
        Assert.Equal(CleanupMode.Aggressive, Decide(new CleanupInputs { Entries = 10, Fullness = 0.81 }).Mode);

    [Fact]
    public void After_a_strong_cleanup_it_cools_down()
    {
        var seen = new CleanupInputs { Entries = 9999, LastStrongCleanup = Now.AddHours(-5) };
        Assert.Equal(CleanupMode.Light, Decide(seen).Mode);
        Assert.Equal(CleanupMode.Aggressive, Decide(seen with { LastStrongCleanup = Now.AddHours(-6) }).Mode);
    }

    [Fact]
    public void Dragging_categories_are_named_worst_first()
    {
        var seen = new CleanupInputs
        {
            Entries = 10,
            HitRatio = 0.3,
            Lookups = 900,
            Categories = [new CategoryRatio("users", 0.5, 300), new CategoryRatio("payments", 0.2, 300), new CategoryRatio("orders", 0.9, 300), new CategoryRatio("general", 0.0, 3)],
        };
        Assert.Equal(["payments", "users"], Decide(seen).Dragging);
    }

    private static CleanupDecision Decide(CleanupInputs seen) => CleanupDecision.Decide(seen, Policy, Now);
}
