using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Cleanup.Regret;

/// <summary>How removed entries are remembered, and what is learned from those that came back.</summary>
internal sealed record RegretPolicy
{
    /// <summary>Entries of one run that are remembered at most.</summary>
    [Range(100, 1_000_000)]
    public int MostPerRun { get; init; } = 20_000;

    /// <summary>For how long they are watched and remembered.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan RememberedFor { get; init; } = TimeSpan.FromDays(14);

    /// <summary>A category is judged by its own returns with the weight of so many removals judged by all categories'.</summary>
    [Range(1, 100_000)]
    public int PriorRemovals { get; init; } = 100;

    /// <summary>What regret may raise or lower a category's worth by, at most.</summary>
    [Range(1.0, 100.0)]
    public double MostFactor { get; init; } = 4;
}
