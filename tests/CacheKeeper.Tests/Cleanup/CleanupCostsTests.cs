using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>What a plan says it will cost in calls, by hand and beside what came on a real server.</summary>
public sealed class CleanupCostsTests(SandboxFixture sandbox)
{
    private static readonly TierPrice Redis = new(0.20 / 100_000) { PerStep = 1, PerLook = 1, EntriesPerChange = 250, PerRemoval = 2, PerRewrite = 3, PerProbe = 1 };

    [Theory]
    [InlineData(0, 0, false, 0)]
    [InlineData(1, 0, false, 2)]
    [InlineData(500, 0, false, 4)]
    [InlineData(501, 0, false, 6)]
    [InlineData(500, 0, true, 4 + 5 + 1)]
    [InlineData(2001, 0, true, 18 + 5 + 3)]
    [InlineData(0, 1, false, (100 * 2) + 3)]
    [InlineData(0, 5000, true, (100 * 2) + (100 * 4))]
    public void Calls_follow_from_how_entries_are_put_together(long removed, long changed, bool probed, long commands)
    {
        var plan = Plan(removed, changed, 10_000 + removed);
        var expected = CleanupCosts.Price(CleanupCosts.Promise(null, null), plan, new Dictionary<TierName, TierPrice> { [TierName.Upstash] = Redis, [TierName.Postgresql] = TierPrice.Free }, BatchPace.Start(5000), probed);
        Assert.Equal((commands, null), (expected.RedisCommands, expected.Mem0Requests));
        Assert.Equal(commands * 0.20 / 100_000, expected.CostUsd, 9);
    }

    [Theory]
    [InlineData("Moderate", true)]
    [InlineData("Moderate", false)]
    [InlineData("Compress", true)]
    [InlineData("Compress", false)]
    public async Task What_a_run_takes_is_near_what_its_plan_said(string strength, bool fullPace)
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, new CleanupPolicy { Compression = new CompressionPolicy { Use = CompressionUse.Always } }, schema: 1, large: true);
        await place.GrowAsync(200, large: true);
        var mode = Enum.Parse<CleanupMode>(strength);
        var run = await place.RunAsync(new CleanupRequest(place.Project, mode, mode, "price") { Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = fullPace });
        var (expected, actual) = ((long)run.Expected!["redis_commands"]!, (long)run.Actual!["redis_commands"]!);
        Assert.True(Math.Abs(expected - actual) <= 5 + (actual / 4), $"{expected} commands were expected, {actual} came");
    }

    private static CleanupPlan Plan(long removed, long changed, long standing) => new()
    {
        Plan = "plan-1",
        Project = "p",
        Asked = CleanupMode.Deep,
        Mode = CleanupMode.Deep,
        Reason = "",
        AsOf = DateTimeOffset.UnixEpoch,
        ValidUntil = DateTimeOffset.UnixEpoch,
        Tiers = [new TierTotals(TierName.Upstash, standing, 0) { Steps = 100 }],
        Removals = [new PlannedRemoval(TierName.Upstash, RemovalReason.LowValue, removed, 0, "")],
        Rewrites = [new PlannedRewrite(TierName.Upstash, RewriteReason.LargeValue, changed, 0, "")],
    };
}
