using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Dashboard.Hooks;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Dashboard;

public sealed class HooksTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Old = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD9X4e0aNCN7o=";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static KeeperSettings Settings(int perMinute = 30) => new()
    {
        Project = "one",
        Web = new WebSettings { Hooks = [new HookSettings { Name = "deploys", Secret = new Secret { Text = Key }, PreviousSecret = new Secret { Text = Old }, Jobs = ["light-cleanup"], PerMinute = perMinute }] },
    };

    [Theory]
    [InlineData(Key)]
    [InlineData(Old)]
    public async Task A_signed_message_starts_the_job_once_in_the_senders_name(string key)
    {
        await using var rig = await DashboardRig.StartAsync(Settings());
        var first = await SendAsync(rig, "deploys", "msg-1", key);
        var again = await SendAsync(rig, "deploys", "msg-1", key);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.True(JsonNode.Parse(await again.Content.ReadAsStringAsync(Stop))!["replayed"]!.GetValue<bool>());
        var run = Assert.Single(await rig.Keepers[0].Runs.ListAsync(new RunFilter(), Stop));
        Assert.Equal("light-cleanup", run.Job);
        Assert.Contains(await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop), line => line.Entry.Actor.Who == "webhook deploys");
    }

    [Fact]
    public async Task A_wrong_signature_an_unknown_sender_and_an_old_message_start_nothing_and_are_answered_alike()
    {
        await using var rig = await DashboardRig.StartAsync(Settings());
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(rig, "deploys", "msg-1", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(rig, "nobody", "msg-2", Key)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(rig, "deploys", "msg-3", Key, minutes: -6)).StatusCode);
        Assert.Empty(await rig.Keepers[0].Runs.ListAsync(new RunFilter(), Stop));
    }

    [Fact]
    public async Task A_job_that_the_senders_list_does_not_name_is_not_started()
    {
        await using var rig = await DashboardRig.StartAsync(Settings());
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(rig, "deploys", "msg-1", Key, job: "deep-cleanup")).StatusCode);
        Assert.Empty(await rig.Keepers[0].Runs.ListAsync(new RunFilter(), Stop));
    }

    [Fact]
    public async Task More_messages_than_a_sender_may_bring_are_told_to_come_later()
    {
        await using var rig = await DashboardRig.StartAsync(Settings(perMinute: 2));
        await SendAsync(rig, "deploys", "msg-1", Old[..^4]);
        await SendAsync(rig, "deploys", "msg-2", Old[..^4]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(rig, "deploys", "msg-3", Key)).StatusCode);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(rig, "deploys", "msg-4", Key)).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(DashboardRig rig, string hook, string id, string key, int minutes = 0, string job = "light-cleanup")
    {
        var body = Encoding.UTF8.GetBytes($$"""{"job":"{{job}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/hooks/" + hook) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in StandardWebhooks.Sign(id, rig.Time.GetUtcNow().AddMinutes(minutes), body, [key]))
        {
            request.Headers.Add(name, value);
        }

        return await rig.Anonymous().SendAsync(request, Stop);
    }
}
