namespace CacheKeeper.Metrics;

/// <summary>One metric: its name (of series, rules, pages and exports), unit and meaning.</summary>
internal sealed record MetricDefinition(string Name, MetricUnit Unit, string Meaning)
{
    public MetricFamily Family { get; init; }

    /// <summary>Where the figure comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>When there is no sample: unknown is never 0.</summary>
    public string Unknown { get; init; } = "";

    public MetricFold Fold { get; init; }

    /// <summary>Beside the whole there is one series for each category (<c>name:category</c>).</summary>
    public bool ByCategory { get; init; }

    /// <summary>What it does by itself is worth an anomaly; ages and the like only grow until we act.</summary>
    public bool Watched { get; init; } = true;

    /// <summary>Collected as a series; others are read when they are asked for.</summary>
    public bool IsStored => Family != MetricFamily.Keeper;
}
