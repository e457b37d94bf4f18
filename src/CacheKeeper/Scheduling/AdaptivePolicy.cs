using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Scheduling;

/// <summary>How the time between runs follows the performance score.</summary>
internal sealed record AdaptivePolicy
{
    /// <summary>Above this score the interval grows.</summary>
    [Range(0.0, 1.0)]
    public double CalmAbove { get; init; } = 0.9;

    /// <summary>Below this score it shrinks; between the two it returns to its base.</summary>
    [Range(0.0, 1.0)]
    public double BusyBelow { get; init; } = 0.7;

    /// <summary>In calm times the interval is multiplied by this.</summary>
    [Range(1.01, 10.0)]
    public double Slower { get; init; } = 1.2;

    /// <summary>In busy times the interval is divided by this.</summary>
    [Range(1.01, 10.0)]
    public double Faster { get; init; } = 1.5;

    /// <summary>The longest interval, in base intervals.</summary>
    [Range(1.0, 24.0)]
    public double Longest { get; init; } = 2;

    /// <summary>The shortest interval, in base intervals.</summary>
    [Range(0.05, 1.0)]
    public double Shortest { get; init; } = 1.0 / 3;

    /// <summary>At most one change in this time, however often the score is looked at; a longer interval waits for itself.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ChangePeriod { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Jobs whose rhythm others rely on: never changed.</summary>
    public IReadOnlyList<string> Steady { get; init; } = ["health-check", "backup"];
}
