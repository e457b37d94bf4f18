using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Alerts;

/// <summary>The same engine with its state on PostgreSQL.</summary>
public sealed class AlertsOnPostgresTests(SandboxFixture sandbox)
{
    [Fact]
    public async Task A_failing_receiver_hears_firing_and_resolved_and_a_replay_gives_the_same_events()
    {
        var (owner, _) = await sandbox.NewDatabaseUrlsAsync(2);
        await using var receiver = await Receiver.StartAsync();
        var failures = 2;
        receiver.Answer = _ => Task.FromResult(failures-- > 0 ? 503 : 200);
        var policy = new AlertPolicy { Channels = [new WebhookSettings { Name = "hook", Url = receiver.Url }], AllowedAddresses = [receiver.HostAndPort] };
        await using var rig = await AlertRig.StartAsync(policy, PostgresConnectionHost.Parse(owner).ToString(), new AlertRule { Name = "low", Condition = "hit_ratio < 70%" });
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.With("hit_ratio", 0.9).LookAsync(1);
        for (var round = 0; round < 5; round++)
        {
            await rig.Service.DeliverAsync("p", CancellationToken.None);
            rig.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(["firing", "resolved"], receiver.Got.Skip(2).Select(one => JsonNode.Parse(one.Body)!["state"]!.GetValue<string>()));
        var alerts = new AlertStore(rig.State);
        var live = (await alerts.TransitionsAsync("p", DateTimeOffset.UnixEpoch, 10, CancellationToken.None)).Reverse();
        var report = await new BacktestRunner(new LookStore(rig.State), alerts).RunAsync("p", "low", new BacktestQuestion(rig.Book, rig.Policy, AlertScene.Start, rig.Time.GetUtcNow()), CancellationToken.None);
        Assert.Equal(live, report.Events);
        var silences = new SilenceStore(rig.State);
        var now = rig.Time.GetUtcNow();
        await silences.AddAsync("p", new Silence { Id = "", Matcher = new AlertMatcher { Rule = "low" }, Author = "ann", Reason = "x", StartsAt = now, EndsAt = now.AddHours(1) }, CancellationToken.None);
        await silences.AcknowledgeAsync("p", new Acknowledgement("f", "ann", "x", now, now.AddHours(1)), CancellationToken.None);
        Assert.Single(await silences.AcknowledgementsAsync("p", now, CancellationToken.None));
        Assert.Equal(0, await new OutboxStore(rig.State).ReviveAsync("p", "hook", now, CancellationToken.None));
        await rig.Service.TidyAsync("p", CancellationToken.None);
    }
}
