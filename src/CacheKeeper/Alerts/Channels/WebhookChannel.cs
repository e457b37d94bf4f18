using System.Text.Json;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Posts each message as JSON (docs/alert-webhook.schema.json), signed by Standard Webhooks 1.0.0.</summary>
internal sealed class WebhookChannel(WebhookSettings settings, OutboundClient client, TimeProvider time) : IAlertChannel
{
    public string Name => settings.Name;

    public Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(delivery.Entries[0].Message, StateJson.Options);
        string[] secrets = [.. new[] { SecretStore.Resolve(settings.Secret), SecretStore.Resolve(settings.PreviousSecret) }.OfType<string>()];
        return client.PostAsync(settings.Url, body, StandardWebhooks.Sign(delivery.Id, time.GetUtcNow(), body, secrets), cancellationToken);
    }

    public void Dispose()
    {
    }
}
