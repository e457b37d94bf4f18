using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Cleanup.Pace;

/// <summary>How a cleanup gives way to the readers of the cache.</summary>
internal sealed record PacePolicy
{
    /// <summary>Without regard for readers: no pauses, and batches long enough that what each one costs beside its rows weighs little.</summary>
    public static PacePolicy Full { get; } = new() { Pause = TimeSpan.Zero, LongestPause = TimeSpan.Zero, WorkShare = 1, BatchTime = TimeSpan.FromMilliseconds(50) };

    /// <summary>The shortest pause between batches, while readers are served as usual.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause while they are not.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most of its time that a cleanup works in PostgreSQL, planning included: after a batch of 10 ms it pauses 30. A batch that a busy server makes slow earns a longer pause.</summary>
    [Range(0.01, 1.0)]
    public double WorkShare { get; init; } = 0.25;

    /// <summary>What a batch is meant to take from its first statement to its commit: batches grow and shrink towards it. Its rows are locked for as long, and nobody else vacuums them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.005", "00:00:10")]
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>A read that takes so many times its usual time is slow...</summary>
    [Range(1.0, 100.0)]
    public double SlowFactor { get; init; } = 2;

    /// <summary>... when it also takes this much longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan SlowBy { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest time that a run spends on changing one tier; what is left, the next run takes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MostPerTier { get; init; } = TimeSpan.FromHours(1);
}
