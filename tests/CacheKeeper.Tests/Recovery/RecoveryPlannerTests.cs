using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Recovery;

/// <summary>From what is seen to what is done: bounded, spaced, verified, undone, and told in time.</summary>
public sealed class RecoveryPlannerTests
{
    [Fact]
    public void A_lost_tier_is_left_out_with_an_end_and_its_neighbour_is_stretched()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look();
        var part = Assert.Single(scene.Open!.LeaveOut);
        Assert.Equal(("mem0", RecoveryScene.Start.AddMinutes(5)), (part.Tier, part.Until));
        Assert.Equal(("upstash", 2.0, part.Until), (scene.Open.Ttl[0].Tier, scene.Open.Ttl[0].Factor!.Value, scene.Open.Ttl[0].Until));
        Assert.Equal([IncidentEventKind.Seen, IncidentEventKind.Tried], scene.Kinds);
    }

    [Fact]
    public void A_neighbour_that_is_down_too_is_not_stretched_the_next_one_is()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0, TierName.Upstash).Look();
        Assert.Equal("postgresql", Assert.Single(scene.Open!.Ttl).Tier);
        var alone = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0, TierName.Upstash, TierName.Postgresql).Look();
        Assert.Empty(alone.Open!.Ttl);
    }

    [Fact]
    public void One_failed_look_decides_nothing()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).With(TierName.Mem0, RecoveryScene.Sight(TierName.Mem0, TierHealth.Failed, FailureCause.NoAnswer, settled: TierHealth.Healthy)).Look();
        Assert.Null(scene.Open);
    }

    [Fact]
    public void Tries_are_spaced_by_a_growing_wait_and_after_the_last_a_person_is_told_once()
    {
        var scene = new RecoveryScene(IssueKind.UpstashConnectionFailure).Down(TierName.Upstash).Look().LookFor(TimeSpan.FromHours(2));
        var tries = scene.Timeline.Where(line => line.Kind == IncidentEventKind.Tried).Select(line => line.At).ToList();
        Assert.Equal(3, tries.Count);
        Assert.True(tries[2] - tries[1] > (tries[1] - tries[0]) * 1.4, "the second wait is longer");
        Assert.Single(scene.Kinds, IncidentEventKind.Told);
        Assert.Equal(IncidentPhase.Escalated, scene.Open!.Phase);
        Assert.True(scene.Open.LeaveOut[0].Until > scene.Now, "readers are kept from it while a person is awaited");
        Assert.InRange(scene.Open.LeaveOut[0].Until - scene.Now, TimeSpan.Zero, TimeSpan.FromMinutes(6));
    }

    [Fact]
    public void While_it_goes_on_what_stands_never_lapses_between_two_looks()
    {
        var scene = new RecoveryScene(IssueKind.UpstashConnectionFailure).Down(TierName.Upstash).Look();
        for (var look = 0; look < 2000; look++)
        {
            scene.Look(30);
            Assert.True(scene.Open!.LeaveOut[0].Until > scene.Now, $"at {scene.Now:T}");
            Assert.Equal(2, scene.Open.Ttl[0].Factor);
        }
    }

    [Fact]
    public void Readers_return_on_trial_after_several_good_looks_and_it_is_over_after_the_hold_time()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look().Up(TierName.Mem0).Look(5);
        Assert.Equal(IncidentPhase.Verifying, scene.Open!.Phase);
        scene.Look(5);
        Assert.Single(scene.Open!.LeaveOut);
        scene.Look(5);
        Assert.Empty(scene.Open!.LeaveOut);
        Assert.Empty(scene.Open.Ttl);
        scene.LookFor(TimeSpan.FromSeconds(15));
        Assert.NotNull(scene.Open);
        scene.Look(5);
        Assert.Null(scene.Open);
        Assert.Empty(scene.Last!.LeaveOut);
        Assert.Empty(scene.Last.Ttl);
        Assert.Equal(IncidentEventKind.Over, scene.Kinds[^1]);
    }

    [Fact]
    public void Few_looks_in_a_long_time_are_not_enough()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look().Up(TierName.Mem0).Look(5).Look(600);
        Assert.Equal(IncidentPhase.Verifying, scene.Open!.Phase);
    }

    [Fact]
    public void A_look_that_cannot_tell_starts_the_hold_time_anew()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look().Up(TierName.Mem0).LookFor(TimeSpan.FromSeconds(25))
            .With(TierName.Mem0, RecoveryScene.Sight(TierName.Mem0, TierHealth.Failed, FailureCause.NoAnswer, settled: TierHealth.Healthy)).Look(5).Up(TierName.Mem0).LookFor(TimeSpan.FromSeconds(30));
        Assert.NotNull(scene.Open);
        scene.Look(5);
        Assert.Null(scene.Open);
    }

    [Fact]
    public void A_symptom_that_comes_back_again_and_again_opens_the_breaker_and_a_person_is_told()
    {
        var scene = new RecoveryScene(IssueKind.UpstashConnectionFailure);
        for (var round = 0; round < 2; round++)
        {
            scene.Down(TierName.Upstash).Look(5).Up(TierName.Upstash).LookFor(TimeSpan.FromSeconds(40));
            Assert.Null(scene.Open);
        }

        scene.Down(TierName.Upstash).Look(5);
        Assert.Equal(IncidentPhase.Ineffective, scene.Open!.Phase);
        Assert.Contains("Ineffective", scene.Timeline[^1].Sentence, StringComparison.Ordinal);
        Assert.Equal(2, scene.Kinds.Count(kind => kind == IncidentEventKind.Tried));

        // It flaps on: the tier stays out until the breaker's end, and is not called over before.
        scene.Up(TierName.Upstash).LookFor(TimeSpan.FromMinutes(55));
        Assert.Equal(IncidentPhase.Ineffective, scene.Open!.Phase);
        Assert.True(scene.Open.LeaveOut[0].Until > scene.Now);
        scene.LookFor(TimeSpan.FromMinutes(6));
        Assert.Null(scene.Open);
    }

    [Fact]
    public void A_symptom_that_is_back_while_being_verified_counts_as_a_return()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look().Up(TierName.Mem0).Look(5).Down(TierName.Mem0).Look(5);
        Assert.Equal(1, scene.Open!.Returns);
        Assert.Single(scene.Open.LeaveOut);
        scene.Up(TierName.Mem0).Look(5).Down(TierName.Mem0).Look(5);
        Assert.Equal(IncidentPhase.Ineffective, scene.Open!.Phase);
    }

    [Fact]
    public void While_changes_are_frozen_nothing_is_tried_and_the_timeline_says_so_once()
    {
        var scene = new RecoveryScene(IssueKind.Mem0ConnectionFailure) { Extra = new RecoverySnapshot("p", RecoveryScene.Start) { Freeze = new Freeze(RecoveryScene.Start, null, "ann", "moving") } };
        scene.Down(TierName.Mem0).Look().LookFor(TimeSpan.FromHours(1));
        Assert.Equal([IncidentEventKind.Seen, IncidentEventKind.HeldBack], scene.Kinds);
        Assert.Empty(scene.Open!.LeaveOut);
        scene.Extra = scene.Extra with { Freeze = null };
        scene.Look(5);
        Assert.Equal(IncidentEventKind.Tried, scene.Kinds[^1]);
    }

    [Fact]
    public void Waits_are_the_same_when_planned_again_and_never_outside_their_bounds()
    {
        for (var attempt = 1; attempt < 60; attempt++)
        {
            var wait = Backoff.Of("i", attempt, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));
            Assert.InRange(wait, TimeSpan.FromSeconds(48), TimeSpan.FromMinutes(18));
            Assert.Equal(wait, Backoff.Of("i", attempt, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)));
        }

        Assert.NotEqual(Backoff.Of("i", 1, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), Backoff.Of("j", 1, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)));
    }
}
