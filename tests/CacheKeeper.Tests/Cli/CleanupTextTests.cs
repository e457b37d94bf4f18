using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Cli;

public sealed class CleanupTextTests
{
    [Fact]
    public void The_command_that_applies_a_refused_plan_names_each_override_once_with_its_largest_value()
    {
        var plan = new CleanupPlan
        {
            Plan = "plan-1",
            Project = "p",
            Asked = CleanupMode.Aggressive,
            Mode = CleanupMode.Aggressive,
            Reason = "",
            AsOf = DateTimeOffset.UnixEpoch,
            ValidUntil = DateTimeOffset.UnixEpoch,
            Tiers = [],
            Removals = [new PlannedRemoval(CacheKeeper.Tiers.TierName.Upstash, RemovalReason.LowValue, 1, 1, "")],
            Refusals = [new("share", "", "--allow-share 9%"), new("share", "", "--allow-share 38%"), new("clock", "", "set the clock right"), new("max-rows", "", "--max-rows N"), new("day-budget", "", "--allow-share 30%")],
        };
        var run = new RunRecord { Run = "run-1", Job = "cleanup", Project = "p", StartedAt = DateTimeOffset.UnixEpoch, Node = "n", Trigger = RunTrigger.Manual, Outcome = RunOutcome.DryRun };
        Assert.EndsWith("cachekeeper cleanup apply plan-1 --allow-share 38% --max-rows N", CleanupText.Of(run, plan), StringComparison.Ordinal);
    }
}
