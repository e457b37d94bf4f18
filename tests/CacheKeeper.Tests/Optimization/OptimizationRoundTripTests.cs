using CacheKeeper.Client;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Optimization;

/// <summary>What a run promises comes, on a replayed workload over a real database; what does not help goes away by itself.</summary>
public sealed class OptimizationRoundTripTests(SandboxFixture sandbox)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_lifts_the_measured_hit_ratio_by_what_it_promised_within_its_interval()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        var gateway = Gateway(rig);
        var before = await gateway.PassAsync(OptimizerRig.Start, OptimizerRig.Start + (4 * Day), DirectivesDocument.Empty(rig.Keeper.Project));
        rig.Time.SetUtcNow(OptimizerRig.Start + (4 * Day));
        var run = await rig.OptimizeAsync();
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        var published = await rig.PublishedAsync();
        var payments = Assert.Single(published.Ttl, part => part.Category == "payments");
        Assert.Equal("optimizer", payments.By);
        Assert.Equal(7200, payments.Seconds);
        Assert.Equal(rig.Time.GetUtcNow() + TimeSpan.FromDays(7), payments.Until);

        var after = await gateway.PassAsync(OptimizerRig.Start + (4 * Day), OptimizerRig.Start + (6 * Day), published);
        rig.Time.SetUtcNow(OptimizerRig.Start + (6 * Day));
        var judged = await rig.OptimizeAsync();
        Assert.Contains("Kept.", judged.Reason, StringComparison.Ordinal);
        var change = Assert.Single(await rig.Parts.Changes.ListAsync(Stop), change => change.Subject == "ttl:payments" && change.Verdict is not null);
        Assert.Equal(ChangeState.Kept, change.State);
        Assert.True(change.Promised.GroupHitRatio!.Holds(change.Verdict!.Got.GroupHitRatio!.Value), change.Verdict.Sentence);
        Assert.True(change.Promised.GroupHitRatio.Holds(after["payments"] - before["payments"]), $"{before["payments"]} → {after["payments"]}, promised {change.Promised.GroupHitRatio}");
        Assert.True(change.Promised.GroupHitRatio.Lower90 > 0.05, $"{change.Promised.GroupHitRatio}");
        Assert.InRange(TrackRecord.Of([change]).MedianErrorPoints!.Value, 0, 3);
    }

    [Fact]
    public async Task A_planted_bad_change_is_taken_back_by_itself()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        var gateway = Gateway(rig);
        await gateway.PassAsync(OptimizerRig.Start, OptimizerRig.Start + (2 * Day), DirectivesDocument.Empty(rig.Keeper.Project));
        rig.Time.SetUtcNow(OptimizerRig.Start + (2 * Day));
        var now = rig.Time.GetUtcNow();
        await rig.Parts.Changes.WriteAsync(
            new Change("chg-planted", rig.Keeper.Project, "run-planted", "ttl:payments", now)
            {
                What = "Keep answers of payments for 1 min",
                Directive = new TtlDirective(null, "payments", null, null, 60, now + TimeSpan.FromDays(7), "planted", "optimizer"),
                SecondsBefore = 3600,
                Promised = new Effect { GroupHitRatio = new(0.05, 0.03, 0.07) },
                JudgeAt = now + Day,
            },
            Stop);
        await rig.Parts.Changing.PublishAsync(now, Stop);
        var published = await rig.PublishedAsync();
        Assert.Single(published.Ttl);

        await gateway.PassAsync(now, now + Day, published);
        rig.Time.SetUtcNow(now + Day);
        var run = await rig.RunAsync(rig.Parts.VerdictJob());
        Assert.Contains("Taken back: it did not help.", run.Reason, StringComparison.Ordinal);
        Assert.Empty((await rig.PublishedAsync()).Ttl);
        Assert.Equal(ChangeState.Reverted, Assert.Single(await rig.Parts.Changes.ListAsync(Stop)).State);
    }

    [Fact]
    public async Task Undo_brings_the_ordinary_lifetimes_back_at_once()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await Gateway(rig).PassAsync(OptimizerRig.Start, OptimizerRig.Start + (4 * Day), DirectivesDocument.Empty(rig.Keeper.Project));
        rig.Time.SetUtcNow(OptimizerRig.Start + (4 * Day));
        var run = await rig.OptimizeAsync();
        Assert.NotEmpty((await rig.PublishedAsync()).Ttl);
        var undone = await rig.RunAsync(await rig.Parts.UndoJobAsync(run.Run, Stop));
        Assert.Equal(RunOutcome.Done, undone.Outcome);
        Assert.Empty((await rig.PublishedAsync()).Ttl);
    }

    [Fact]
    public async Task A_dry_run_and_an_analysis_change_nothing()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await Gateway(rig).PassAsync(OptimizerRig.Start, OptimizerRig.Start + (4 * Day), DirectivesDocument.Empty(rig.Keeper.Project));
        rig.Time.SetUtcNow(OptimizerRig.Start + (4 * Day));
        var run = await rig.OptimizeAsync(dryRun: true);
        Assert.Equal(RunOutcome.DryRun, run.Outcome);
        Assert.NotEqual(0, (int)run.Counts!["planned"]!);
        Assert.NotEmpty(Advisor.Advise(await rig.Parts.Look.LookAsync(rig.Time.GetUtcNow(), remember: false, Stop)));
        Assert.Empty(await rig.Parts.Changes.ListAsync(Stop));
        Assert.Empty((await rig.PublishedAsync()).Ttl);
    }

    [Fact]
    public async Task Without_an_access_log_nothing_is_changed_and_the_reason_is_told()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        var run = await rig.OptimizeAsync();
        Assert.Equal(RunOutcome.NothingToDo, run.Outcome);
        Assert.Contains("CacheKeeper.Client writes the access log", run.Reason, StringComparison.Ordinal);
    }

    // Payments return after an hour and a half; the budget comes from analytics, whose questions hardly ever return.
    private static SimulatedGateway Gateway(OptimizerRig rig)
    {
        var gateway = new SimulatedGateway(rig.DatabaseUrl, rig.Keeper.Project, 7);
        gateway.Ask("payments", 150, TimeSpan.FromHours(1.5));
        gateway.Ask("analytics", 900, TimeSpan.FromDays(2));
        return gateway;
    }
}
