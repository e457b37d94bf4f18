namespace CacheKeeper.Metrics;

/// <summary>A series as Prometheus and OpenMetrics name it: base units, the tier and the category as labels.</summary>
/// <param name="Family">Such as <c>cachekeeper_tier_size_bytes</c>.</param>
/// <param name="Factor">Our unit × this is the exposed unit (milliseconds become seconds).</param>
internal sealed record ExposedName(string Family, string? Tier, string? Category, double Factor, string Help)
{
    private const double SecondsPerMillisecond = 0.001;

    public static ExposedName Of(string series)
    {
        var name = SeriesName.Parse(series);
        var definition = MetricCatalogue.Keeper.Find(name.Metric);
        var tier = TierMetrics.Words.FirstOrDefault(word => name.Metric.StartsWith(word + "_", StringComparison.Ordinal) && TierMetrics.Words.All(other => MetricCatalogue.Keeper.Find(other + name.Metric[word.Length..]) is not null));
        var bare = tier is null ? name.Metric : "tier" + name.Metric[tier.Length..];
        var help = definition is null ? "" : tier is null ? definition.Meaning : definition.Meaning.Replace(tier, "the tier", StringComparison.Ordinal);
        var (suffix, factor) = definition?.Unit switch
        {
            MetricUnit.Ratio => ("_ratio", 1),
            MetricUnit.Bytes => ("_bytes", 1),
            MetricUnit.Milliseconds => ("_seconds", SecondsPerMillisecond),
            MetricUnit.PerHour => ("_per_hour", 1),
            _ => ("", 1.0),
        };
        var family = "cachekeeper_" + bare + (bare.EndsWith(suffix, StringComparison.Ordinal) ? "" : suffix);
        return new ExposedName(family, tier, name.Category, factor, help);
    }

    /// <summary>The label set in braces; values are escaped.</summary>
    public string Labels(string project)
    {
        var labels = new List<string> { Label("project", project) };
        if (Tier is { } tier)
        {
            labels.Add(Label("tier", tier));
        }

        if (Category is { } category)
        {
            labels.Add(Label("category", category));
        }

        return "{" + string.Join(',', labels) + "}";
    }

    private static string Label(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
