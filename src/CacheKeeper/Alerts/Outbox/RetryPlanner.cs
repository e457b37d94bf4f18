namespace CacheKeeper.Alerts;

/// <summary>What became of a try to deliver.</summary>
internal enum DeliveryOutcome
{
    Delivered,

    /// <summary>Worth another try: time-out, connection, 5xx, 429.</summary>
    Failed,

    /// <summary>The receiver will never take it: 410, or an address that is not allowed.</summary>
    Refused,
}

/// <summary>The outcome of a try, with the error in a sentence and how long the receiver asks to be left alone.</summary>
internal sealed record DeliveryResult(DeliveryOutcome Outcome, string? Error = null, TimeSpan? RetryAfter = null)
{
    public static readonly DeliveryResult Delivered = new(DeliveryOutcome.Delivered);

    public static DeliveryResult Failed(string error, TimeSpan? retryAfter = null) => new(DeliveryOutcome.Failed, error, retryAfter);

    public static DeliveryResult Refused(string error) => new(DeliveryOutcome.Refused, error);
}

/// <summary>When to try again.</summary>
internal static class RetryPlanner
{
    private const int MostDoublings = 20;

    /// <summary>When to try again after the given number of failed tries; null when it is time to give up. <paramref name="chance"/> is in [0, 1).</summary>
    public static DateTimeOffset? Next(DeliveryResult result, int attempts, OutboxTimes times, DeliveryPolicy policy, double chance)
    {
        if (result.Outcome == DeliveryOutcome.Refused || times.Now - times.CreatedAt >= policy.GiveUpAfter)
        {
            return null;
        }

        var doubled = policy.FirstRetry * Math.Pow(2, Math.Clamp(attempts - 1, 0, MostDoublings));
        var wait = doubled < policy.LongestRetry ? doubled : policy.LongestRetry;
        wait *= 1 + (policy.Jitter * ((2 * chance) - 1));
        if (result.RetryAfter is { } asked && asked > wait)
        {
            wait = asked < policy.GiveUpAfter ? asked : policy.GiveUpAfter;
        }

        return times.Now + wait;
    }
}

/// <summary>When a message was queued, and now.</summary>
internal sealed record OutboxTimes(DateTimeOffset CreatedAt, DateTimeOffset Now);
