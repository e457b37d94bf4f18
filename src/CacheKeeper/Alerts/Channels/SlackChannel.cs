using System.Text;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Posts to a Slack incoming webhook.</summary>
internal sealed class SlackChannel(SlackSettings settings, OutboundClient client) : IAlertChannel
{
    public string Name => settings.Name;

    public Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var document = SlackBlocks.Document([.. delivery.Entries.Select(entry => entry.Message)]);
        return client.PostAsync(SecretStore.Resolve(settings.Url) ?? "", Encoding.UTF8.GetBytes(document.ToJsonString()), [], cancellationToken);
    }

    public void Dispose()
    {
    }
}
