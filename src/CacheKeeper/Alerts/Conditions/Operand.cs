namespace CacheKeeper.Alerts.Conditions;

/// <summary>A number in a comparison.</summary>
internal abstract record Operand
{
    internal sealed record Literal(double Value) : Operand;

    /// <summary>The newest value of a metric, or a share of it.</summary>
    internal sealed record Metric(string Name, double Share = 1) : Operand;

    /// <summary>The configured limit of a metric, or a share of it.</summary>
    internal sealed record Limit(string Name, double Share = 1) : Operand;

    /// <summary>A metric folded over the time before now.</summary>
    internal sealed record Windowed(WindowFunction Function, string Name, TimeSpan Window) : Operand;

    /// <summary>What a metric is expected to be after a time.</summary>
    internal sealed record Forecast(string Name, TimeSpan Horizon) : Operand;

    /// <summary>
    /// How many times faster than sustainable an error budget is being spent, in the long and in the short window (the smaller of both).
    /// </summary>
    /// <remarks>The two-window form of Google's SRE workbook, chapter 5: (1 − good share) ÷ (1 − objective).</remarks>
    internal sealed record BurnRate(string Name, double Objective, TimeSpan Long, TimeSpan Short) : Operand;
}

/// <summary>How a metric is folded over a window.</summary>
internal enum WindowFunction
{
    Avg,
    Min,
    Max,

    /// <summary>The last value less the first.</summary>
    Change,
}
