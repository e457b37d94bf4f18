using System.Text.Json;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>Tells a watcher outside, after each look that succeeded, that we are alive: it raises the alarm when we fall silent.</summary>
internal sealed class HeartbeatRunner(HeartbeatSettings settings, OutboundClient client, string project, TimeProvider time)
{
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>Sends one when it is due; null when it is not. A failure is tried again after the next look.</summary>
    public async Task<DeliveryResult?> BeatAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _last < settings.Interval)
        {
            return null;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { Type = "heartbeat", Project = project, Timestamp = now }, StateJson.Options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        var result = await client.PostAsync(settings.Url, body, [], limit.Token);
        _last = result.Outcome == DeliveryOutcome.Delivered ? now : _last;
        return result;
    }
}
