namespace CacheKeeper.Alerts.Channels;

/// <summary>Holds channel settings to what they need, before anything is sent.</summary>
internal static class ChannelChecks
{
    /// <summary>Each with a name (its type, where none is given), the log added where it is missing.</summary>
    public static IReadOnlyList<ChannelSettings> Named(IReadOnlyList<ChannelSettings> settings)
    {
        IEnumerable<ChannelSettings> named = settings.Select(channel => channel.Name.Length > 0 ? channel : channel with { Name = channel.Kind });
        return [.. settings.Any(channel => channel is LogSettings) ? named : named.Append(new LogSettings { Name = LogSettings.TypeName })];
    }

    /// <summary>Names and types that rules may route to.</summary>
    public static IReadOnlyList<string> Routable(IReadOnlyList<ChannelSettings> settings) =>
        [.. Named(settings).Select(channel => channel.Name).Concat([WebhookSettings.TypeName, EmailSettings.TypeName, SlackSettings.TypeName, LogSettings.TypeName]).Distinct()];

    /// <summary>Every mistake, with the setting's path.</summary>
    public static IEnumerable<string> Mistakes(IReadOnlyList<ChannelSettings> settings)
    {
        foreach (var twice in Named(settings).GroupBy(channel => channel.Name).Where(group => group.Count() > 1))
        {
            yield return $"alerts.channels: two channels are called '{twice.Key}'; give each a name.";
        }

        foreach (var (channel, index) in settings.Select((channel, index) => (channel, index)))
        {
            foreach (var mistake in Mistakes(channel))
            {
                yield return $"alerts.channels[{index}]: {mistake}";
            }
        }
    }

    private static IEnumerable<string> Mistakes(ChannelSettings channel) => channel switch
    {
        WebhookSettings webhook when Outbound.OutboundClient.Mistake(webhook.Url) is { } mistake => [$"url {mistake}."],
        SlackSettings { Url: null } => ["url is missing; take it from Slack's 'Incoming Webhooks' page."],
        SlackSettings { Url.Text: { } url } when Outbound.OutboundClient.Mistake(url) is { } mistake => [$"url {mistake}."],
        EmailSettings email => Mistakes(email),
        _ => [],
    };

    private static IEnumerable<string> Mistakes(EmailSettings email)
    {
        if (email.Host.Length == 0)
        {
            yield return "host is missing.";
        }

        if (email.Port is < 1 or > 65_535)
        {
            yield return "port must be 1 to 65535.";
        }

        if (!email.From.Contains('@', StringComparison.Ordinal))
        {
            yield return "from must be a mail address.";
        }

        if (email.To.Count == 0 || email.To.Any(to => !to.Contains('@', StringComparison.Ordinal)))
        {
            yield return "to must be a list of mail addresses.";
        }

        if (email is { User: not null, Security: MailSecurity.None })
        {
            yield return "a password would be sent in the clear; use security starttls or tls.";
        }
    }
}
