using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Alerts;

public sealed class AlertServiceTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AlertRule Low = new() { Name = "low", Condition = "hit_ratio < 70%", MessageTemplate = "hit ratio {hit_ratio:.1%}", Recommendations = ["look"], RunbookUrl = "docs/runbooks/low-hit-ratio.md" };

    [Fact]
    public async Task A_webhook_gets_firing_and_resolved_signed_and_in_the_documented_shape()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.Service.DeliverAsync("p", None);
        await rig.With("hit_ratio", 0.9).LookAsync(1);
        await rig.Service.DeliverAsync("p", None);

        var got = receiver.Got.ToArray();
        Assert.Equal(["firing", "resolved"], got.Select(one => JsonNode.Parse(one.Body)!["state"]!.GetValue<string>()));
        Assert.All(got, one => Assert.Equal("POST", one.Method));
        var message = new InboundWebhook(got[0].Headers["webhook-id"], got[0].Headers["webhook-timestamp"], got[0].Headers["webhook-signature"], got[0].Body);
        Assert.Equal(WebhookVerdict.Genuine, StandardWebhooks.Verify(message, [Key], new InboundPolicy(), rig.Time.GetUtcNow()));
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "alert-webhook.schema.json"), None))!;
        var documented = schema["properties"]!.AsObject().Select(pair => pair.Key).Order();
        Assert.All(got, one => Assert.Equal(documented, JsonNode.Parse(one.Body)!.AsObject().Select(pair => pair.Key).Order()));
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_again_under_the_same_id_and_the_other_channels_go_on()
    {
        await using var receiver = await Receiver.StartAsync();
        var answers = new Queue<int>([500, 503, 200]);
        receiver.Answer = _ => Task.FromResult(answers.Dequeue());
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        for (var round = 0; round < 6; round++)
        {
            await rig.Service.DeliverAsync("p", None);
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, receiver.Got.Count);
        Assert.Single(receiver.Got.Select(one => one.Headers["webhook-id"]).Distinct());
        Assert.Contains("\"state\":\"firing\"", await File.ReadAllTextAsync(rig.LogFile, None), StringComparison.Ordinal);
        var sent = Assert.Single(await new OutboxStore(rig.State).ListAsync("p", OutboxFilter.All, 10, None), entry => entry.Channel == "hook");
        Assert.Equal(3, sent.Attempts);
        Assert.NotNull(sent.DeliveredAt);
        Assert.Equal(3, await rig.State.FindAsync<long>("SELECT count(*) FROM alert_deliveries WHERE id = @Id", new { sent.Message.Id }, None));
    }

    [Fact]
    public async Task What_was_queued_before_a_crash_is_sent_after_it_and_the_end_is_told_too()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        rig.Restart();
        await rig.With("hit_ratio", 0.9).LookAsync(1);
        rig.Restart();
        await rig.LookAsync(1);
        await rig.Service.DeliverAsync("p", None);
        Assert.Equal(["firing", "resolved"], receiver.Got.Select(one => JsonNode.Parse(one.Body)!["state"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_receiver_that_wants_no_more_is_not_asked_again_and_the_message_is_kept()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => Task.FromResult(410);
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.Service.DeliverAsync("p", None);
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.Service.DeliverAsync("p", None);
        Assert.Single(receiver.Got);
        var dead = Assert.Single(await new OutboxStore(rig.State).ListAsync("p", OutboxFilter.Dead, 10, None));
        Assert.Contains("410", dead.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var elsewhere = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = elsewhere.Url;
            return Task.FromResult(307);
        };
        await using var rig = await AlertRig.StartAsync(Hook(receiver) with { AllowedAddresses = ["127.0.0.0/8"] }, Low);
        Assert.Equal(DeliveryOutcome.Failed, (await rig.Service.TestAsync("p", "hook", None)).Outcome);
        Assert.Empty(elsewhere.Got);
    }

    [Fact]
    public async Task A_drill_says_that_nothing_is_wrong_and_passes_the_same_guard()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        Assert.Equal(DeliveryOutcome.Delivered, (await rig.Service.TestAsync("p", "hook", None)).Outcome);
        Assert.True(JsonNode.Parse(receiver.Got.Single().Body)!["drill"]!.GetValue<bool>());
        await Assert.ThrowsAsync<KeeperException>(() => rig.Service.TestAsync("p", "pager", None));

        await using var guarded = await AlertRig.StartAsync(Hook(receiver) with { AllowedAddresses = [] }, Low);
        var refused = await guarded.Service.TestAsync("p", "hook", None);
        Assert.Equal(DeliveryOutcome.Failed, refused.Outcome);
        Assert.Contains("not contacted", refused.Error, StringComparison.Ordinal);
        Assert.Single(receiver.Got);
    }

    [Fact]
    public async Task Mail_carries_the_state_in_its_subject_and_gathers_what_belongs_together()
    {
        using var sink = new MailSink();
        var mail = new EmailSettings { Name = "mail", Host = "127.0.0.1", Port = sink.Port, Security = MailSecurity.None, From = "keeper@example.org", To = ["a@example.org", "b@example.org"] };
        await using var rig = await AlertRig.StartAsync(
            new AlertPolicy { Channels = [mail], AllowedAddresses = [$"127.0.0.1:{sink.Port}"] }, Low, Low with { Name = "lower", Condition = "hit_ratio < 65%", MessageTemplate = "<b>& \r\nBcc: x@example.org" });
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.Service.DeliverAsync("p", None);
        Assert.Empty(sink.Got);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await rig.Service.DeliverAsync("p", None);
        var got = Assert.Single(sink.Got);
        Assert.Equal("[firing] p: 2 alerts, the worst is warning: low, lower", got.Subject);
        Assert.Contains("hit ratio 60.0%", got.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;&amp;", got.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(2, got.To.Count);
        Assert.Empty(got.Bcc);

        await rig.With("hit_ratio", 0.9).LookAsync(10);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await rig.Service.DeliverAsync("p", None);
        Assert.StartsWith("[resolved] p: 2 alerts", sink.Got.Last().Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_gets_blocks_without_mentions_or_links()
    {
        await using var receiver = await Receiver.StartAsync();
        var slack = new SlackSettings { Name = "chat", Url = new Secret { Text = receiver.Url } };
        await using var rig = await AlertRig.StartAsync(new AlertPolicy { Channels = [slack], AllowedAddresses = [receiver.HostAndPort] }, Low with { MessageTemplate = "<!channel> & <https://evil.example|x>" });
        await rig.With("hit_ratio", 0.6).LookAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.Service.DeliverAsync("p", None);
        var document = JsonNode.Parse(receiver.Got.Single().Body)!;
        var text = document["blocks"]![1]!["text"]!["text"]!.GetValue<string>();
        Assert.Contains("&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;", text, StringComparison.Ordinal);
        Assert.StartsWith("[firing] p: warning, low", document["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keepers_looking_at_once_tell_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        var stale = AlertPlanner.Plan(new AlertSnapshot { Project = "p", Book = rig.Book, Inputs = rig.Inputs, Routes = rig.Channels.Routes }, rig.Policy, rig.Time.GetUtcNow());
        Assert.Empty(await new AlertStore(rig.State).RecordAsync("p", stale, new Look(rig.Time.GetUtcNow(), rig.Inputs), None));
        await Task.WhenAll(rig.Service.DeliverAsync("p", None), rig.Service.DeliverAsync("p", None));
        Assert.Single(receiver.Got);
    }

    [Fact]
    public async Task A_replay_of_what_was_seen_gives_the_events_that_really_were()
    {
        await using var rig = await AlertRig.StartAsync(new AlertPolicy(), Low with { Condition = "hit_ratio < 70% clear 75% for 5m given lookups > 100/h" }, new AlertRule { Name = "down", Condition = "{each}_unavailable", Each = ["mem0"] });
        var chance = new Random(7);
        rig.With("lookups", 500);
        for (var look = 0; look < 400; look++)
        {
            rig.With("hit_ratio", 0.60 + (0.2 * chance.NextDouble()));
            rig.With("lookups", chance.Next(10) == 0 ? 20 : 500);
            await rig.LookAsync(chance.Next(1, 4));
        }

        var live = (await new AlertStore(rig.State).TransitionsAsync("p", DateTimeOffset.UnixEpoch, 10_000, None)).Where(change => change.Title == "low").OrderBy(change => change.Number).ToList();
        var report = await new BacktestRunner(new LookStore(rig.State), new AlertStore(rig.State)).RunAsync("p", "low", new BacktestQuestion(rig.Book, rig.Policy, AlertScene.Start, rig.Time.GetUtcNow().AddSeconds(1)), None);
        Assert.True(live.Count > 20);
        Assert.Equal(live, report.Events);
        Assert.Equal(TimeSpan.Zero, report.TimeGained);
        Assert.Equal(400, report.Looks);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_after_its_time_and_what_is_open_never()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => Task.FromResult(500);
        await using var rig = await AlertRig.StartAsync(Hook(receiver), Low);
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.Service.DeliverAsync("p", None);
        rig.Time.Advance(TimeSpan.FromDays(500));
        await rig.LookAsync();
        rig.Time.Advance(TimeSpan.FromDays(1));
        await rig.LookAsync();
        await rig.Service.TidyAsync("p", None);
        var left = await new OutboxStore(rig.State).ListAsync("p", OutboxFilter.All, 10, None);
        Assert.Contains(left, entry => entry is { Channel: "hook", DeliveredAt: null });
        Assert.DoesNotContain(left, entry => entry is { Channel: "log", DeliveredAt: not null });
        Assert.Empty(await new AlertStore(rig.State).TransitionsAsync("p", DateTimeOffset.UnixEpoch, 10, None));
        Assert.Equal(AlertPhase.Firing, (await new AlertStore(rig.State).StatesAsync("p", None)).Values.Single().Phase);
    }

    [Fact]
    public async Task An_auto_action_runs_once_a_firing()
    {
        await using var rig = await AlertRig.StartAsync(new AlertPolicy(), Low with { AutoAction = "trigger_optimization" });
        var runner = new Actions();
        rig.Restart(runner);
        await rig.With("hit_ratio", 0.6).LookAsync();
        await rig.LookAsync(1);
        await rig.LookAsync(600);
        Assert.Equal(["performance-optimization"], runner.Ran);
    }

    [Fact]
    public async Task Silences_and_acknowledgements_need_an_author_a_reason_and_an_end()
    {
        await using var rig = await AlertRig.StartAsync(new AlertPolicy(), Low);
        var silences = new SilenceStore(rig.State);
        var now = rig.Time.GetUtcNow();
        var silence = new Silence { Id = "", Matcher = new AlertMatcher { Rule = "low" }, Author = "ann", Reason = "moving house", StartsAt = now, EndsAt = now.AddHours(1) };
        await Assert.ThrowsAsync<KeeperException>(() => silences.AddAsync("p", silence with { Reason = " " }, None));
        await Assert.ThrowsAsync<KeeperException>(() => silences.AddAsync("p", silence with { EndsAt = now }, None));
        await Assert.ThrowsAsync<KeeperException>(() => silences.AddAsync("p", silence with { EndsAt = now.AddDays(31) }, None));
        var kept = await silences.AddAsync("p", silence, None);
        Assert.Equal("moving house", Assert.Single(await silences.ListAsync("p", now, None)).Reason);
        Assert.True(await silences.EndAsync("p", kept.Id, now, None));
        Assert.Empty(await silences.ListAsync("p", now, None));
        await Assert.ThrowsAsync<KeeperException>(() => silences.AcknowledgeAsync("p", new Acknowledgement("f", "", "x", now, now.AddHours(1)), None));
    }

    private static AlertPolicy Hook(Receiver receiver) => new()
    {
        Channels = [new WebhookSettings { Name = "hook", Url = receiver.Url + "/in", Secret = new Secret { Text = Key } }],
        AllowedAddresses = [receiver.HostAndPort],
        Delivery = new DeliveryPolicy { FirstRetry = TimeSpan.FromSeconds(10) },
    };

    private sealed class Actions : IActionRunner
    {
        public List<string> Ran { get; } = [];

        public Task<bool> IsFrozenAsync(string project, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task<string> RunAsync(string project, ActionDecision decision, CancellationToken cancellationToken)
        {
            Ran.Add(decision.Job!);
            return Task.FromResult("done");
        }
    }
}
