using CacheKeeper.Alerts;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Alerts;

public sealed class NotificationPlannerTests
{
    private static readonly AlertRule Low = new() { Name = "low", Condition = "hit_ratio < 70%" };

    private static AlertScene Firing() => new AlertScene(Low).With("hit_ratio", 0.6).Look();

    [Fact]
    public void News_is_told_once_and_its_end_once()
    {
        var scene = Firing().LookMinutes(1).LookMinutes(1).With("hit_ratio", 0.9).LookMinutes(1).LookMinutes(1);
        Assert.Equal(["firing", "resolved"], scene.Sent.Select(message => message.State));
        Assert.Equal(scene.Sent[0].Fingerprint, scene.Sent[1].Fingerprint);
        Assert.NotEqual(scene.Sent[0].Id, scene.Sent[1].Id);
    }

    [Fact]
    public void What_goes_on_is_told_again_at_the_repeat_interval()
    {
        var scene = Firing().LookMinutes(239);
        Assert.Single(scene.Sent);
        scene.LookMinutes(1).LookMinutes(240);
        Assert.Equal([NotificationReason.NewAlert, NotificationReason.Repeated, NotificationReason.Repeated], scene.Sent.Select(message => message.Reason));
        Assert.Equal(3, scene.Sent.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public void A_silence_holds_back_until_it_ends_and_says_whose_it_is()
    {
        var scene = new AlertScene(Low);
        scene.Seen = scene.Seen with { Silences = [Silence("low", minutes: 60)] };
        scene.With("hit_ratio", 0.6).Look();
        Assert.Empty(scene.Sent);
        var held = scene.Step.Decisions.Single(decision => decision.Channel == "hook");
        Assert.Equal(NotificationReason.Silenced, held.Reason);
        Assert.Contains("silenced by ann until 2026-11-23 11:00 UTC: planned work", held.Sentence, StringComparison.Ordinal);
        Assert.True(scene.Step.Decisions.Single(decision => decision.Channel == "log").Send);
        scene.LookMinutes(60);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public void Who_was_told_of_a_trouble_is_told_of_its_end_silence_or_not()
    {
        var scene = Firing();
        scene.Seen = scene.Seen with { Silences = [Silence("*", minutes: 600)] };
        scene.With("hit_ratio", 0.9).LookMinutes(5);
        Assert.Equal("resolved", scene.Sent[^1].State);
    }

    [Fact]
    public void A_silence_up_to_a_severity_lets_worse_through()
    {
        var scene = new AlertScene(Low with { Severity = AlertSeverity.Critical });
        scene.Seen = scene.Seen with { Silences = [Silence(null, 60) with { Matcher = new AlertMatcher { UpTo = AlertSeverity.Warning } }] };
        Assert.Single(scene.With("hit_ratio", 0.6).Look().Sent);
    }

    [Fact]
    public void A_weekly_window_holds_back_news_and_ends_until_it_is_over()
    {
        var scene = new AlertScene(Low);
        scene.Policy = scene.Policy with { MuteWindows = [new MuteWindow { Name = "lunch", Start = new TimeOnly(10, 30), Length = TimeSpan.FromHours(1), Author = "ann", Reason = "lunch", Until = new DateOnly(2027, 1, 1) }] };
        scene.With("hit_ratio", 0.6).Look().With("hit_ratio", 0.9).LookMinutes(40);
        Assert.Single(scene.Sent);
        Assert.Equal(NotificationReason.Muted, scene.Step.Decisions.Single(decision => decision.Channel == "hook").Reason);
        scene.LookMinutes(50);
        Assert.Equal("resolved", scene.Sent[^1].State);
    }

    [Fact]
    public void A_weekly_window_starts_at_the_same_local_hour_in_summer_and_winter_and_may_pass_midnight()
    {
        var window = new MuteWindow { Days = [DayOfWeek.Saturday], Start = new TimeOnly(22, 0), Length = TimeSpan.FromHours(8), TimeZone = "Europe/Berlin" };
        Assert.True(window.Covers(new DateTimeOffset(2026, 7, 4, 20, 0, 0, TimeSpan.Zero)));
        Assert.False(window.Covers(new DateTimeOffset(2026, 7, 4, 19, 59, 0, TimeSpan.Zero)));
        Assert.True(window.Covers(new DateTimeOffset(2026, 12, 6, 3, 0, 0, TimeSpan.Zero)));
        Assert.False(window.Covers(new DateTimeOffset(2026, 12, 5, 20, 30, 0, TimeSpan.Zero)));
        Assert.False(window.Covers(new DateTimeOffset(2026, 12, 6, 5, 0, 0, TimeSpan.Zero)));
        Assert.False((window with { Until = new DateOnly(2026, 1, 1) }).Covers(new DateTimeOffset(2026, 7, 4, 20, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void An_acknowledged_alert_rests_until_the_note_ends()
    {
        var scene = Firing();
        scene.Seen = scene.Seen with { Acknowledgements = [new Acknowledgement(scene.State.Fingerprint, "bob", "on it", scene.Now, scene.Now.AddHours(6))] };
        scene.LookMinutes(240);
        Assert.Equal(NotificationReason.Acknowledged, scene.Step.Decisions.Single(decision => decision.Channel == "hook").Reason);
        scene.LookMinutes(121);
        Assert.Equal(NotificationReason.Repeated, scene.Sent[^1].Reason);
    }

    [Fact]
    public void A_tier_that_is_down_hides_its_symptoms_and_nobody_elses()
    {
        var scene = new AlertScene(
            new AlertRule { Name = "down", Condition = "{each}_unavailable", Each = ["upstash", "mem0"] },
            new AlertRule { Name = "slow", Condition = "{each}_latency_p95 > 1s", Each = ["upstash", "mem0"], InhibitedBy = ["down"] });
        scene.Tiers["upstash"] = TierCondition.Failed;
        scene.Tiers["mem0"] = TierCondition.Healthy;
        scene.With("upstash_latency_p95", 5_000).With("mem0_latency_p95", 5_000).Look();
        Assert.Equal(["down/upstash", "slow/mem0"], scene.Sent.Select(message => message.Title));
        scene.Tiers["upstash"] = TierCondition.Healthy;
        scene.LookMinutes(1);
        Assert.Contains(scene.Sent, message => message.Title == "slow/upstash");
    }

    [Fact]
    public void What_our_own_work_causes_is_no_news_until_it_should_have_settled()
    {
        var scene = new AlertScene(Low with { IgnoredDuring = ["light-cleanup"] }).With("hit_ratio", 0.9).Look();
        scene.Seen = scene.Seen with { Inputs = scene.Seen.Inputs with { Interventions = [new Intervention("light-cleanup", scene.Now, scene.Now.AddMinutes(2), "run-1")] } };
        scene.With("hit_ratio", 0.6).LookMinutes(5);
        Assert.Equal(NotificationReason.Intervention, scene.Step.Decisions.Single(decision => decision.Channel == "hook").Reason);
        scene.LookMinutes(28);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public void An_alert_older_than_the_work_is_not_put_down_to_it()
    {
        var scene = new AlertScene(Low with { IgnoredDuring = ["light-cleanup"], RepeatInterval = TimeSpan.FromMinutes(10) }).With("hit_ratio", 0.6).Look();
        scene.Seen = scene.Seen with { Inputs = scene.Seen.Inputs with { Interventions = [new Intervention("light-cleanup", scene.Now.AddMinutes(1), null, "run-1")] } };
        Assert.Equal(2, scene.LookMinutes(10).Sent.Count);
    }

    [Fact]
    public void Nobody_acknowledging_tells_the_next_on_the_ladder()
    {
        var scene = new AlertScene(Low with { Severity = AlertSeverity.Critical, Channels = ["hook"] });
        scene.Seen = scene.Seen with { Routes = [.. scene.Seen.Routes, new Route("boss", "email", true)] };
        scene.Policy = scene.Policy with { Escalation = [new EscalationStep { After = TimeSpan.FromMinutes(15), Channels = ["boss"] }] };
        scene.With("hit_ratio", 0.6).Look().LookMinutes(14);
        Assert.Single(scene.Sent);
        scene.LookMinutes(1);
        Assert.Equal(NotificationReason.Escalated, scene.Sent[^1].Reason);
        scene.With("hit_ratio", 0.9).LookMinutes(1);
        Assert.Equal(2, scene.Sent.Count(message => message.State == "resolved"));
    }

    [Fact]
    public void A_rule_none_of_whose_channels_exists_speaks_through_all_there_are() =>
        Assert.Single(new AlertScene(Low with { Channels = ["slack"] }).With("hit_ratio", 0.6).Look().Sent);

    [Fact]
    public void An_alert_whose_rule_is_gone_ends_and_says_so()
    {
        var scene = Firing();
        scene.Seen = scene.Seen with { Book = AlertScene.Book(new AlertRule { Name = "other", Condition = "size > 1" }) };
        scene.LookMinutes(1);
        Assert.Equal("resolved", scene.Sent[^1].State);
        Assert.Equal("its rule is no longer watched", scene.Sent[^1].Because);
        var sent = scene.Sent.Count;
        Assert.Equal(sent, scene.LookMinutes(1).Sent.Count);
    }

    [Fact]
    public void Messages_for_people_wait_for_what_belongs_to_them_and_critical_ones_do_not()
    {
        var scene = new AlertScene(Low, Low with { Name = "worse", Severity = AlertSeverity.Critical });
        scene.Seen = scene.Seen with { Routes = [new Route("mail", "email", true)] };
        scene.With("hit_ratio", 0.6).Look();
        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.Zero], scene.Last.Steps.Select(step => step.Messages.Single().DueAt - scene.Now));
    }

    [Fact]
    public void A_message_holds_only_the_rules_inputs_and_no_personal_numbers()
    {
        var scene = new AlertScene(Low with { MessageTemplate = "ratio {hit_ratio:.1%} for ravi@okaxis" }).With("hit_ratio", 0.604).With("size", 5).Look();
        Assert.Equal("ratio 60.4% for [vpa]", scene.Sent[0].Message);
        Assert.Equal(["hit_ratio"], scene.Sent[0].Values.Keys);
    }

    private static Silence Silence(string? rule, double minutes) => new()
    {
        Id = "s",
        Matcher = new AlertMatcher { Rule = rule },
        Author = "ann",
        Reason = "planned work",
        StartsAt = AlertScene.Start,
        EndsAt = AlertScene.Start.AddMinutes(minutes),
    };
}
