namespace CacheKeeper.Metrics;

/// <summary>A series: a metric, or a metric of one category, written <c>metric</c> or <c>metric:category</c>.</summary>
internal readonly record struct SeriesName(string Metric, string? Category = null)
{
    public static SeriesName Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new(text) : new(text[..colon], text[(colon + 1)..]);
    }

    public override string ToString() => Category is null ? Metric : $"{Metric}:{Category}";
}
