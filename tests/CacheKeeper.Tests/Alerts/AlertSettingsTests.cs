using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Alerts;

public sealed class AlertSettingsTests
{
    [Fact]
    public void The_example_of_the_page_is_read()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "alerts.md"));
        var example = (JsonObject)JsonNode.Parse(Regex.Match(page, "```json\n(.*?)```", RegexOptions.Singleline).Groups[1].Value)!;
        var (settings, errors) = SettingsBinder.Bind<KeeperSettings>(example);
        Assert.Empty(errors);
        Assert.Equal(["webhook", "email", "slack"], settings.Alerts.Channels.Select(channel => channel.Kind));
        Assert.Equal("HOOK_SECRET", Assert.IsType<WebhookSettings>(settings.Alerts.Channels[0]).Secret!.Env);
        Assert.Equal(MailSecurity.Starttls, Assert.IsType<EmailSettings>(settings.Alerts.Channels[1]).Security);
        Assert.Equal(AlertSeverity.Critical, settings.Alerts.Rules[1].Severity);
    }

    [Fact]
    public void Everything_that_can_be_said_is_read()
    {
        var (settings, errors) = Bind("""
            {"alerts":{"groupWait":"0s","repeatInterval":"01:00:00","resolveAfter":"0s","flapping":{"firings":5},"delivery":{"firstRetry":"1s"},
            "actions":{"dryRun":true},"escalation":[{"after":"15m","channels":["log"],"from":"warning"}],"heartbeat":{"url":"https://beat.example/x","interval":"1m"},
            "muteWindows":[{"name":"night","days":["saturday","sunday"],"start":"22:00","length":"8h","timeZone":"Asia/Kolkata","author":"ann","reason":"batch","until":"2027-01-01","matcher":{"rule":"tier-*"}}],
            "allowedAddresses":["10.0.0.0/8","127.0.0.1:8080"]}}
            """);
        Assert.Empty(errors);
        Assert.Equal(TimeSpan.Zero, settings.Alerts.GroupWait);
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], settings.Alerts.MuteWindows[0].Days);
        Assert.True(settings.Alerts.Actions.DryRun);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_path()
    {
        var (_, errors) = Bind("""
            {"alerts":{"channels":[{"type":"webhook","name":"a","url":"ftp://x"},{"type":"email","name":"a"}],"rules":[{"name":"x","condition":"hit_rati < 70%"}],"allowedAddresses":["10.0.0.0/64"],"muteWindows":[{"timeZone":"Mars"}]}}
            """);
        string[] expected = ["alerts.channels:", "alerts.channels[0]:", "alerts.channels[1]:", "alerts.rules.x.condition: at character 1", "alerts.allowedAddresses:", "alerts.muteWindows[0]:"];
        Assert.All(expected, path => Assert.Contains(errors, error => error.StartsWith(path, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_channel_of_no_known_type_is_refused() =>
        Assert.Contains(Bind("""{"alerts":{"channels":[{"type":"pager","name":"a"}]}}""").Errors, error => error.StartsWith("alerts.channels", StringComparison.Ordinal));

    private static (KeeperSettings Settings, IReadOnlyList<string> Errors) Bind(string json) => SettingsBinder.Bind<KeeperSettings>((JsonObject)JsonNode.Parse(json)!);
}
