namespace CacheKeeper.Metrics;

/// <summary>The metrics that exist: a condition that names another one is refused at load.</summary>
internal sealed class MetricCatalogue(IEnumerable<MetricDefinition> definitions)
{
    private readonly SortedDictionary<string, MetricDefinition> _byName =
        new(definitions.ToDictionary(definition => definition.Name), StringComparer.Ordinal);

    /// <summary>Every metric the keeper knows.</summary>
    public static MetricCatalogue Keeper { get; } = new([.. SystemMetrics.All, .. PerformanceMetrics.All, .. IntelligenceMetrics.All, .. BusinessMetrics.All, .. KeeperMetrics.All]);

    public IReadOnlyCollection<MetricDefinition> All => _byName.Values;

    public MetricDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The definition behind a series' name, whatever its category.</summary>
    public MetricDefinition? OfSeries(string series) => Find(SeriesName.Parse(series).Metric);

    /// <summary>The known name that differs least from the given one; null in an empty catalogue.</summary>
    public string? Nearest(string name) => _byName.Keys.MinBy(known => Distance(known, name));

    // Levenshtein's edit distance, two rows.
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var (character, row) in left.Select((character, index) => (character, index + 1)))
        {
            var current = new int[right.Length + 1];
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = previous[column - 1] + (character == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(change, Math.Min(previous[column], current[column - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
