using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Analytics.Windows;

/// <summary>How the quietest hours of coming days are learned.</summary>
internal sealed record WindowPolicy
{
    public static readonly WindowPolicy Default = new();

    /// <summary>Weeks looked back on; older ones tell of another time.</summary>
    [Range(1, 52)]
    public int Weeks { get; init; } = 8;

    /// <summary>What a week weighs beside the one after it.</summary>
    [Range(0.1, 1.0)]
    public double Decay { get; init; } = 0.8;

    /// <summary>An hour of the week seen less often is judged by the same hour of all days; an hour of no day seen so often is not judged.</summary>
    [Range(1, 52)]
    public int MinimumSamples { get; init; } = 2;

    /// <summary>A past window counts as right when it cost at most this share of the way from the day's best window to its mean one.</summary>
    [Range(0.0, 1.0)]
    public double RightWithin { get; init; } = 0.1;
}
