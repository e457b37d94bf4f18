using System.Net;
using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Dashboard;

public sealed class EntryActionsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pinning_is_an_operators_and_leaves_a_line_in_the_audit_log()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var viewer = await rig.WithTokenAsync(Role.Viewer, "one");
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(viewer, "/entries/pin")).StatusCode);
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(client, "/entries/pin")).StatusCode);
        var pins = new PinStore(rig.Keepers[0].Notes, "one");
        Assert.Equal(("<key>", "test"), (Assert.Single(await pins.ListAsync(Stop)).Key, (await pins.ListAsync(Stop))[0].Author));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(client, "/entries/unpin")).StatusCode);
        Assert.Empty(await pins.ListAsync(Stop));
        Assert.Equal(["unpin", "pin"], (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop)).Select(line => line.Entry.Action).Where(action => action.EndsWith("pin", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_removal_of_one_entry_is_a_plan_first()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        var answer = await PostAsync(client, "/entries/removal");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith("/plans/plan-", answer.Headers.Location!.ToString());
        var page = await client.GetStringAsync(answer.Headers.Location, Stop);
        Assert.Contains("Nothing would be removed.", page);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path)
    {
        using var form = new FormUrlEncodedContent([new("tier", "upstash"), new("key", "<key>"), new("version", "1")]);
        return await client.PostAsync(new Uri(path, UriKind.Relative), form, Stop);
    }
}
