using System.Net;
using System.Text.RegularExpressions;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>The link in a message says "I see to it" for one firing of one alert, without signing in, and does nothing else.</summary>
public sealed partial class AcknowledgeTests
{
    private const string Fingerprint = "3f2a";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static KeeperSettings Settings => new() { Project = "one", Alerts = new AlertPolicy { PageUrl = "https://cache.example" } };

    [Fact]
    public async Task Opening_the_link_changes_nothing_and_its_form_acknowledges()
    {
        await using var rig = await DashboardRig.StartAsync(Settings);
        var link = await FireAsync(rig, transition: 1);
        using var anybody = rig.Anonymous();
        var page = await (await anybody.GetAsync(link, Stop)).Content.ReadAsStringAsync(Stop);
        Assert.Contains("Do you see to low-hit-ratio?", page);
        Assert.Empty(await NotesAsync(rig));

        var fields = Hidden().Matches(page).Select(field => KeyValuePair.Create(field.Groups[1].Value, field.Groups[2].Value)).Append(new("author", "Asha")).Append(new("note", "looking at Redis"));
        using var form = new FormUrlEncodedContent(fields);
        Assert.Equal(HttpStatusCode.OK, (await anybody.PostAsync(new Uri("/ack", UriKind.Relative), form, Stop)).StatusCode);
        var note = Assert.Single(await NotesAsync(rig));
        Assert.Equal((Fingerprint, "Asha", "looking at Redis"), (note.Fingerprint, note.Author, note.Note));
    }

    [Theory]
    [InlineData("alert=3f2a", "alert=ffff")]
    [InlineData("firing=1", "firing=2")]
    [InlineData("project=one", "project=two")]
    [InlineData("signature=", "signature=0")]
    [InlineData("until=", "until=9")]
    public async Task A_changed_link_opens_nothing(string part, string other)
    {
        await using var rig = await DashboardRig.StartAsync(Settings, new KeeperSettings { Project = "two", Alerts = new AlertPolicy { PageUrl = "https://cache.example" } });
        var link = await FireAsync(rig, transition: 1);
        Assert.Equal(HttpStatusCode.Forbidden, (await rig.Anonymous().GetAsync(link.Replace(part, other, StringComparison.Ordinal), Stop)).StatusCode);
    }

    [Fact]
    public async Task A_link_ends_after_two_days_and_with_its_firing()
    {
        await using var rig = await DashboardRig.StartAsync(Settings);
        var link = await FireAsync(rig, transition: 1);
        await FireAsync(rig, transition: 3);
        Assert.Contains("This is over", await (await rig.Anonymous().GetAsync(link, Stop)).Content.ReadAsStringAsync(Stop));
        rig.Time.Advance(AcknowledgeLinks.GoodFor);
        Assert.Equal(HttpStatusCode.Forbidden, (await rig.Anonymous().GetAsync(link, Stop)).StatusCode);
    }

    private static async Task<string> FireAsync(DashboardRig rig, long transition)
    {
        var now = rig.Time.GetUtcNow();
        var rule = new WatchedRule { Name = "low-hit-ratio", Condition = new ParsedCondition("", new Condition.Flag(""), null), Severity = AlertSeverity.Warning, Message = new MessageTemplate("low") };
        var state = AlertState.Fresh(rule, Fingerprint, now) with { Phase = AlertPhase.Firing, Transition = transition };
        var alerts = new AlertStore(rig.State);
        var step = new AlertStep(rule, state, null, [], []) { Before = (await alerts.StatesAsync("one", Stop)).GetValueOrDefault(Fingerprint) };
        await alerts.RecordAsync("one", new AlertPlan([step]), new Look(now, AlertInputs.Nothing), Stop);
        return new AcknowledgeLinks("", await new AcknowledgeKeyStore(rig.State).ReadAsync("one", now, Stop)).Write("one", Fingerprint, transition, now);
    }

    private static Task<IReadOnlyList<Acknowledgement>> NotesAsync(DashboardRig rig) => new SilenceStore(rig.State).AcknowledgementsAsync("one", rig.Time.GetUtcNow(), Stop);

    [GeneratedRegex("""<input type="hidden" name="([a-z]+)" value="([^"]*)">""")]
    private static partial Regex Hidden();
}
