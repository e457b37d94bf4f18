using System.Collections.Concurrent;
using CacheKeeper.Alerts.Channels;

namespace CacheKeeper.Alerts;

/// <summary>Delivers what is queued: channels side by side, each try with a time-out, each outcome on record.</summary>
internal sealed class OutboxRunner(OutboxStore outbox, ChannelHost channels, DeliveryPolicy policy, TimeProvider time, ILogger log)
{

    private const int MostDoublings = 10;

    private readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Until)> _failures = new();
    private readonly string _worker = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>Sends everything that is due; returns how many messages were delivered.</summary>
    public async Task<int> DrainAsync(string project, CancellationToken cancellationToken)
    {
        await outbox.BuryUnknownAsync(project, [.. channels.All.Select(channel => channel.Name)], time.GetUtcNow(), cancellationToken);
        var delivered = await Task.WhenAll(channels.All.Select(channel => DrainAsync(project, channel, cancellationToken)));
        return delivered.Sum();
    }

    /// <summary>Sends one message now, on record like every other, with the receiver's answer; a drill that fails is not tried again.</summary>
    public async Task<DeliveryResult> SendNowAsync(string project, IAlertChannel channel, string id, CancellationToken cancellationToken)
    {
        if (await outbox.ClaimAsync(Claim(project, channel) with { Only = id }, cancellationToken) is not { } delivery)
        {
            return DeliveryResult.Failed("another keeper is sending it");
        }

        var outcome = await TryAsync(channel, delivery, cancellationToken);
        await outbox.CompleteAsync(delivery, outcome, next: null, CancellationToken.None);
        return outcome.Result;
    }

    private async Task<int> DrainAsync(string project, IAlertChannel channel, CancellationToken cancellationToken)
    {
        var delivered = 0;
        while (!IsResting(channel) && await outbox.ClaimAsync(Claim(project, channel), cancellationToken) is { } delivery)
        {
            var outcome = await TryAsync(channel, delivery, cancellationToken);
            var next = outcome.Result.Outcome == DeliveryOutcome.Delivered ? null : Next(delivery, outcome);
            await outbox.CompleteAsync(delivery, outcome, next, CancellationToken.None);
            if (outcome.Result.Outcome != DeliveryOutcome.Delivered)
            {
                Rest(channel);
                log.LogWarning("Channel {Channel} did not take {Id}: {Error} {Next}", channel.Name, delivery.Id, outcome.Result.Error, next is null ? "Given up." : $"Next try at {next:HH:mm:ss}.");
                continue;
            }

            _failures.TryRemove(channel.Name, out _);
            delivered += delivery.Entries.Count;
        }

        return delivered;
    }

    // A receiver that is down is asked ever more rarely, not once for every message that waits for it.
    private void Rest(IAlertChannel channel)
    {
        var count = _failures.TryGetValue(channel.Name, out var before) ? before.Count + 1 : 1;
        var wait = policy.FirstRetry * Math.Pow(2, Math.Min(count - 1, MostDoublings));
        _failures[channel.Name] = (count, time.GetUtcNow() + (wait < policy.LongestRest ? wait : policy.LongestRest));
    }

    private bool IsResting(IAlertChannel channel) => _failures.TryGetValue(channel.Name, out var failed) && time.GetUtcNow() < failed.Until;

    private async Task<DeliveryTry> TryAsync(IAlertChannel channel, Delivery delivery, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        using var limit = new CancellationTokenSource(policy.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        DeliveryResult result;
        try
        {
            result = await channel.SendAsync(delivery, stop.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            result = DeliveryResult.Failed($"no answer within {Conditions.OperandText.Span(policy.Timeout)}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            result = DeliveryResult.Failed(e.Message);
        }

        return new DeliveryTry(result, time.GetUtcNow(), time.GetElapsedTime(begun));
    }

    private DateTimeOffset? Next(Delivery delivery, DeliveryTry outcome) => RetryPlanner.Next(
        outcome.Result, delivery.Entries.Max(entry => entry.Attempts), new OutboxTimes(delivery.Entries.Min(entry => entry.CreatedAt), outcome.EndedAt), policy, Random.Shared.NextDouble());

    private Claim Claim(string project, IAlertChannel channel)
    {
        var now = time.GetUtcNow();
        return new Claim(project, channel.Name, _worker, now, now + policy.Timeout + policy.ClaimMargin, channels.Gathers(channel.Name) ? policy.MostInOne : 1);
    }
}
