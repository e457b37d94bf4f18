using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Alerts;

/// <summary>How patiently messages are delivered.</summary>
internal sealed record DeliveryPolicy
{
    /// <summary>A try that takes longer has failed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A message stays reserved for a try this much longer than the try may take; a keeper that dies leaves it free after that.</summary>
    public TimeSpan ClaimMargin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait before the second try; doubles with each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two tries.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest rest of a whole channel whose receiver fails again and again.</summary>
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Waits differ by up to this share, so that receivers that come back are not met by all at once.</summary>
    [Range(0.0, 1.0)]
    public double Jitter { get; init; } = 0.2;

    /// <summary>A message not delivered after so long is dead: kept, shown, and not tried again by itself.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The most alerts in one mail or chat message.</summary>
    [Range(1, 100)]
    public int MostInOne { get; init; } = 20;

    /// <summary>How long delivered messages and past transitions are remembered.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How far back rules can be tried.</summary>
    public TimeSpan KeepLooksFor { get; init; } = TimeSpan.FromDays(92);
}
