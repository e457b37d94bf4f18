using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli.Connections;

/// <summary>Goes to every endpoint that the settings name, one after the other, so that no time of one is another's.</summary>
internal sealed class ConnectionsRunner(KeeperSettings settings, TimeProvider time)
{
    public async Task<IReadOnlyList<ConnectionReport>> RunAsync(CancellationToken cancellationToken)
    {
        var reports = new List<ConnectionReport>();
        foreach (var way in Tiers().Concat(Messages()))
        {
            reports.Add(await way(cancellationToken));
        }

        return reports;
    }

    private IEnumerable<Func<CancellationToken, Task<ConnectionReport>>> Tiers()
    {
        var upstash = settings.Upstash;
        if (upstash.Url is { Length: > 0 } rest && SecretStore.Resolve(upstash.Token) is { } token)
        {
            yield return stop => RedisConnectionClient.TryRestAsync(rest, token, Steps(), settings.Health.Timeout, time, stop);
        }
        else if (SecretStore.Resolve(upstash.RedisUrl) is { } redis)
        {
            yield return stop => RedisConnectionClient.TryRespAsync(redis, Steps(), stop);
        }

        if (SecretStore.Resolve(settings.Mem0.ApiKey) is { } key)
        {
            yield return stop => Mem0ConnectionClient.TryAsync(settings.Mem0, key, settings.Project, Steps(), time, stop);
        }

        if (SecretStore.Resolve(settings.Postgresql.Url) is { } postgres)
        {
            yield return stop => PostgresConnectionClient.TryAsync(settings.Postgresql, postgres, Steps(), stop);
        }
    }

    private IEnumerable<Func<CancellationToken, Task<ConnectionReport>>> Messages()
    {
        foreach (var channel in ChannelChecks.Named(settings.Alerts.Channels))
        {
            if (channel is EmailSettings mail)
            {
                yield return stop => Client().TryMailAsync(mail, stop);
            }
            else if (AddressOf(channel) is { } url && Uri.TryCreate(url, UriKind.Absolute, out var address))
            {
                yield return stop => Client().TryAddressAsync(channel.Name, $"{channel.Kind} ‘{channel.Name}’", address, $"alerts.channels ‘{channel.Name}’", stop);
            }
        }

        if (settings.Alerts.Heartbeat is { } beat && Uri.TryCreate(beat.Url, UriKind.Absolute, out var heartbeat))
        {
            yield return stop => Client().TryAddressAsync("heartbeat", "heartbeat", heartbeat, "alerts.heartbeat.url", stop);
        }
    }

    private static string? AddressOf(ChannelSettings channel) => channel switch { WebhookSettings webhook => webhook.Url, SlackSettings slack => SecretStore.Resolve(slack.Url), _ => null };

    private MessageConnectionClient Client() => new(new AllowedAddresses(settings.Alerts.AllowedAddresses), time, Steps());

    private StepService Steps() => new(time, settings.Health.Timeout);
}
