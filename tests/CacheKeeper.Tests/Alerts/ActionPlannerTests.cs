using CacheKeeper.Alerts;

namespace CacheKeeper.Tests.Alerts;

public sealed class ActionPlannerTests
{
    private static readonly AlertRule Full = new() { Name = "full", Condition = "memory_usage > 80%", AutoAction = "trigger_cleanup" };

    [Fact]
    public void A_firing_alert_sets_its_action_going() => Assert.Equal(("light-cleanup", true, ActionReason.AlertFires), Decide(Full, []));

    [Fact]
    public void It_is_taken_once_for_one_firing() => Assert.Equal((true, ActionReason.AlreadyTaken), Refused(Decide(Full, [Taken(0, sameFiring: true)])));

    [Fact]
    public void It_rests_after_it_was_taken()
    {
        Assert.Equal((true, ActionReason.CoolingDown), Refused(Decide(Full, [Taken(59)])));
        Assert.True(Decide(Full, [Taken(60)]).Take);
    }

    [Fact]
    public void It_has_a_budget_a_day()
    {
        Assert.Equal((true, ActionReason.BudgetSpent), Refused(Decide(Full, [Taken(100), Taken(200), Taken(300), Taken(400)])));
        Assert.True(Decide(Full, [Taken(100), Taken(200), Taken(300), Taken(1_440)]).Take);
    }

    [Fact]
    public void Nothing_is_done_while_frozen_or_switched_off()
    {
        Assert.Equal((true, ActionReason.Frozen), Refused(Decide(Full, [], frozen: true)));
        Assert.Equal((true, ActionReason.SwitchedOff), Refused(Decide(Full, [], policy: new ActionPolicy { Enabled = false })));
    }

    [Fact]
    public void A_dry_run_is_planned_and_says_so() => Assert.Equal(ActionReason.DryRun, Decide(Full, [], policy: new ActionPolicy { DryRun = true }).Reason);

    [Fact]
    public void What_has_no_job_is_refused_by_name() => Assert.Equal((true, ActionReason.UnknownAction), Refused(Decide(Full with { AutoAction = "trigger_magic" }, [])));

    private static (bool Not, ActionReason Reason) Refused((string Job, bool Take, ActionReason Reason) decision) => (!decision.Take, decision.Reason);

    private static ActionTaken Taken(double minutesAgo, bool sameFiring = false) =>
        new("trigger_cleanup", sameFiring ? Fingerprints.Of("p", "full", null) : "other", 1, AlertScene.Start.AddMinutes(-minutesAgo));

    private static (string Job, bool Take, ActionReason Reason) Decide(AlertRule rule, IReadOnlyList<ActionTaken> taken, bool frozen = false, ActionPolicy? policy = null)
    {
        var scene = new AlertScene(rule);
        scene.Policy = scene.Policy with { Actions = policy ?? new ActionPolicy() };
        scene.With("memory_usage", 0.9).Look();
        var decision = Assert.Single(ActionPlanner.Plan(scene.Last, new NotificationContext(scene.Policy, scene.Now), new ActionHistory(taken, frozen)));
        return (decision.Job ?? "", decision.Take, decision.Reason);
    }
}
