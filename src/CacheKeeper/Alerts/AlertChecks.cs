using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;

namespace CacheKeeper.Alerts;

/// <summary>Holds the alert settings to what they must be, before the first look.</summary>
internal static class AlertChecks
{
    /// <summary>Every mistake at once, each as <c>path: what is wrong</c>.</summary>
    public static IEnumerable<string> Mistakes(AlertPolicy policy)
    {
        var routable = ChannelChecks.Routable(policy.Channels);
        return ChannelChecks.Mistakes(policy.Channels)
            .Concat(Book(policy).Errors)
            .Concat(AllowedAddresses.Mistakes(policy.AllowedAddresses))
            .Concat(policy.MuteWindows.SelectMany((window, index) => window.Mistakes().Select(mistake => $"alerts.muteWindows[{index}]: {mistake}.")))
            .Concat(policy.Escalation.SelectMany((step, index) => step.Channels.Where(name => !routable.Contains(name)).Select(name => $"alerts.escalation[{index}]: there is no channel '{name}'.")))
            .Concat(policy.Heartbeat is { } heartbeat && OutboundClient.Mistake(heartbeat.Url) is { } wrong ? [$"alerts.heartbeat.url: {wrong}."] : []);
    }

    /// <summary>The rules that these settings make, on the metrics the keeper knows.</summary>
    public static RuleBook Book(AlertPolicy policy) => RuleBook.Load(BuiltInRules.All, policy.Rules, KnownMetrics.All, ChannelChecks.Routable(policy.Channels));
}
