using CacheKeeper.Alerts.Outbound;

namespace CacheKeeper.Alerts.Channels;

/// <summary>The channels that the settings name, and the log, which is always there.</summary>
internal sealed class ChannelHost : IDisposable
{
    private readonly Dictionary<string, (IAlertChannel Channel, Route Route)> _byName;

    public ChannelHost(IEnumerable<(IAlertChannel Channel, Route Route)> channels) => _byName = channels.ToDictionary(pair => pair.Channel.Name);

    public IReadOnlyList<IAlertChannel> All => [.. _byName.Values.Select(pair => pair.Channel)];

    public IReadOnlyList<Route> Routes => [.. _byName.Values.Select(pair => pair.Route)];

    /// <summary>Whether the channel takes several messages at once.</summary>
    public bool Gathers(string name) => _byName.TryGetValue(name, out var pair) && pair.Route.Gathers;

    public IAlertChannel? Find(string name) => _byName.TryGetValue(name, out var pair) ? pair.Channel : null;

    /// <param name="settings">As the operator wrote them; channels without a name are called by their type.</param>
    /// <param name="logFile">Where the log channel appends; null for the log alone.</param>
    public static ChannelHost Create(IReadOnlyList<ChannelSettings> settings, OutboundClient client, string? logFile, TimeProvider time, ILogger log)
    {
        var named = ChannelChecks.Named(settings);
        return new ChannelHost(named.Select(one => (Create(one, client, logFile, time, log), new Route(one.Name, one.Kind, one.Gathers))));
    }

    public void Dispose()
    {
        foreach (var (channel, _) in _byName.Values)
        {
            channel.Dispose();
        }
    }

    private static IAlertChannel Create(ChannelSettings settings, OutboundClient client, string? logFile, TimeProvider time, ILogger log) => settings switch
    {
        WebhookSettings webhook => new WebhookChannel(webhook, client, time),
        EmailSettings email => new EmailChannel(email, client, time),
        SlackSettings slack => new SlackChannel(slack, client),
        _ => new LogChannel(settings.Name, logFile, log),
    };
}
