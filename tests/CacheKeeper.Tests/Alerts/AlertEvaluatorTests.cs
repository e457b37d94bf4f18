using CacheKeeper.Alerts;

namespace CacheKeeper.Tests.Alerts;

public sealed class AlertEvaluatorTests
{
    private static AlertRule Low(string condition) => new() { Name = "low", Condition = condition };

    [Fact]
    public void An_alert_is_pending_until_its_condition_has_lasted()
    {
        var scene = new AlertScene(Low("hit_ratio < 70% for 5m")).With("hit_ratio", 0.6).Look();
        Assert.Equal(AlertPhase.Pending, scene.State.Phase);
        Assert.Equal(AlertPhase.Pending, scene.LookMinutes(4.9).State.Phase);
        Assert.Equal(AlertPhase.Firing, scene.LookMinutes(0.1).State.Phase);
        Assert.Equal("hit_ratio 60 % < 70 %", scene.State.Because);
    }

    [Fact]
    public void An_interrupted_hold_begins_again()
    {
        var scene = new AlertScene(Low("hit_ratio < 70% for 5m")).With("hit_ratio", 0.6).Look().With("hit_ratio", 0.8).LookMinutes(3);
        Assert.Equal(AlertPhase.Inactive, scene.State.Phase);
        Assert.Equal(AlertPhase.Pending, scene.With("hit_ratio", 0.6).LookMinutes(3).State.Phase);
        Assert.Equal(AlertPhase.Pending, scene.LookMinutes(4).State.Phase);
    }

    [Fact]
    public void It_clears_at_its_own_threshold()
    {
        var scene = new AlertScene(Low("hit_ratio < 70% clear 75%")).With("hit_ratio", 0.6).Look();
        Assert.Equal(AlertPhase.Firing, scene.With("hit_ratio", 0.74).LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.Inactive, scene.With("hit_ratio", 0.75).LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.Inactive, scene.With("hit_ratio", 0.74).LookMinutes(1).State.Phase);
    }

    [Fact]
    public void It_is_resolved_only_after_the_condition_was_false_for_long_enough()
    {
        var scene = new AlertScene(Low("hit_ratio < 70%") with { ResolveAfter = TimeSpan.FromMinutes(5) }).With("hit_ratio", 0.6).Look();
        Assert.Equal(AlertPhase.Firing, scene.With("hit_ratio", 0.8).LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.Firing, scene.With("hit_ratio", 0.6).LookMinutes(4).State.Phase);
        Assert.Equal(AlertPhase.Firing, scene.With("hit_ratio", 0.8).LookMinutes(4).State.Phase);
        Assert.Equal(AlertPhase.Inactive, scene.LookMinutes(5).State.Phase);
    }

    [Fact]
    public void Unknown_is_not_resolved()
    {
        var scene = new AlertScene(Low("hit_ratio < 70%")).With("hit_ratio", 0.6).Look().With("hit_ratio", null).LookMinutes(600);
        Assert.Equal(AlertPhase.Firing, scene.State.Phase);
        Assert.NotNull(scene.State.UnknownSince);
        Assert.Single(scene.Sent, message => message.State == "firing" && message.Reason == NotificationReason.NewAlert);
        Assert.DoesNotContain(scene.Sent, message => message.State == "resolved");
    }

    [Fact]
    public void No_data_is_a_state_of_its_own()
    {
        var scene = new AlertScene(Low("hit_ratio < 70%") with { TellNoData = true }).With("hit_ratio", 0.8).Look().With("hit_ratio", null);
        Assert.Equal(AlertPhase.Inactive, scene.LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.NoData, scene.LookMinutes(30).State.Phase);
        Assert.Equal("no_data", scene.Sent.Single().State);
        Assert.Equal(AlertPhase.Inactive, scene.With("hit_ratio", 0.8).LookMinutes(1).State.Phase);
        Assert.Equal("resolved", scene.Sent[^1].State);
    }

    [Fact]
    public void What_was_never_measured_is_no_alarm()
    {
        var scene = new AlertScene(Low("mem0_latency_p95 > 2s") with { TellNoData = true }).Look().LookMinutes(500);
        Assert.Equal(AlertPhase.Inactive, scene.State.Phase);
        Assert.Empty(scene.Sent);
    }

    [Fact]
    public void Too_little_traffic_is_not_judged_and_resolves_nothing()
    {
        var scene = new AlertScene(Low("hit_ratio < 70% given lookups > 100/h")).With("hit_ratio", 0.1).With("lookups", 3).Look();
        Assert.Equal(AlertPhase.Inactive, scene.State.Phase);
        Assert.Equal(AlertPhase.Firing, scene.With("lookups", 500).LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.Firing, scene.With("lookups", 3).With("hit_ratio", 1).LookMinutes(1).State.Phase);
        Assert.Equal(AlertPhase.Inactive, scene.With("lookups", 500).LookMinutes(1).State.Phase);
    }

    [Fact]
    public void A_flapping_alert_is_held_together()
    {
        var scene = new AlertScene(Low("hit_ratio < 70%"));
        for (var round = 0; round < 20; round++)
        {
            scene.With("hit_ratio", 0.6).LookMinutes(1).With("hit_ratio", 0.8).LookMinutes(1);
        }

        Assert.Equal(3, scene.Sent.Count(message => message.State == "firing"));
        Assert.Equal(AlertPhase.Inactive, scene.With("hit_ratio", 0.8).LookMinutes(30).State.Phase);
        Assert.Equal(3, scene.Sent.Count(message => message.State == "resolved"));
    }

    [Fact]
    public void Looking_twice_at_the_same_instant_changes_nothing()
    {
        var scene = new AlertScene(Low("hit_ratio < 70%")).With("hit_ratio", 0.6).Look();
        Assert.Null(scene.Look().Step.Transition);
        Assert.Single(scene.Sent);
    }

    [Theory]
    [InlineData(new[] { TierCondition.Failed, TierCondition.NotConfigured }, AlertPhase.Firing)]
    [InlineData(new[] { TierCondition.Failed, TierCondition.Failed, TierCondition.Failed }, AlertPhase.Firing)]
    [InlineData(new[] { TierCondition.Failed, TierCondition.Degraded, TierCondition.Failed }, AlertPhase.Inactive)]
    [InlineData(new[] { TierCondition.NotConfigured, TierCondition.NotConfigured, TierCondition.NotConfigured }, AlertPhase.Inactive)]
    [InlineData(new TierCondition[0], AlertPhase.Inactive)]
    [InlineData(new[] { TierCondition.Failed, TierCondition.Unknown }, AlertPhase.Inactive)]
    internal void All_tiers_are_unavailable_only_when_every_configured_one_failed(TierCondition[] tiers, AlertPhase expected)
    {
        var scene = new AlertScene(Low("all_tiers_unavailable"));
        foreach (var (tier, condition) in TierFlags.Tiers.Zip(tiers))
        {
            scene.Tiers[tier] = condition;
        }

        Assert.Equal(expected, scene.Look().State.Phase);
    }
}
