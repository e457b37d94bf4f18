using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Dashboard.Live;

/// <summary>How fresh what the page shows must be, against what asking the tiers costs.</summary>
internal sealed record LivePolicy
{
    /// <summary>A gathered view serves everyone for this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ViewFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Tiers are probed and counters read at most this often.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LookFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A collected snapshot younger than this is shown instead of asking the tier.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SnapshotFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A collected figure younger than this stands for now.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SampleFor { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Nobody waits longer for a look.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A change is waited for this long; then the answer names where it can be watched.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan ChangePatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the event stream looks for news.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan EventEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most runs that the activity of a day is drawn from.</summary>
    [Range(1, 100000)]
    public int MostRuns { get; init; } = 2000;
}
