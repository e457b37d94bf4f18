using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cli;

public sealed class CleanupTextTests
{
    private static readonly RunRecord Run = new() { Run = "run-1", Job = "cleanup", Project = "p", StartedAt = DateTimeOffset.UnixEpoch, Node = "n", Trigger = RunTrigger.Manual, Outcome = RunOutcome.DryRun };

    private static readonly CleanupPlan Plan = new()
    {
        Plan = "plan-1",
        Project = "p",
        Asked = CleanupMode.Light,
        Mode = CleanupMode.Light,
        Reason = "",
        AsOf = DateTimeOffset.UnixEpoch,
        ValidUntil = DateTimeOffset.UnixEpoch,
        Tiers = [],
        Removals = [new PlannedRemoval(TierName.Upstash, RemovalReason.Expired, 1, 1, "")],
    };

    [Fact]
    public void The_command_that_applies_a_refused_plan_names_each_override_once_with_its_largest_value()
    {
        var plan = Plan with
        {
            Refusals = [new("share", "", "--allow-share 9%"), new("share", "", "--allow-share 38%"), new("clock", "", "set the clock right"), new("max-rows", "", "--max-rows N"), new("day-budget", "", "--allow-share 30%")],
        };
        Assert.EndsWith("cachekeeper cleanup apply plan-1 --allow-share 38% --max-rows N", CleanupText.Of(Run, plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4L, 9L, "goes, 4 Redis commands, 9 Mem0 requests (about 0.0100 USD). Making the plan took 70 Redis commands, 18 Mem0 requests.")]
    [InlineData(null, 9L, "goes, 9 Mem0 requests (about 0.0100 USD). Making the plan took 18 Mem0 requests.")]
    [InlineData(null, null, "goes.")]
    public void Calls_are_promised_of_tiers_that_bill_them(long? commands, long? requests, string end)
    {
        var plan = Plan with { Expected = new CleanupExpectation { RedisCommands = commands, Mem0Requests = requests, CostUsd = 0.01 }, Looked = new TierCalls(70, 18) };
        Assert.Contains("Expected: hit ratio unchanged, for nothing that still answers " + end + "\n", CleanupText.Of(Run, plan), StringComparison.Ordinal);
    }
}
