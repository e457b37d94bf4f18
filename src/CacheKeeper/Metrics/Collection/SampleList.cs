namespace CacheKeeper.Metrics;

/// <summary>Collects the samples of one instant; what is unknown leaves none.</summary>
internal sealed class SampleList(DateTimeOffset at)
{
    private readonly List<Sample> _samples = [];

    public IReadOnlyList<Sample> Samples => _samples;

    public void Add(string metric, double? value, string? category = null)
    {
        if (value is { } known && double.IsFinite(known))
        {
            _samples.Add(new Sample(new SeriesName(metric, category).ToString(), at, known));
        }
    }

    /// <summary>A share; unknown when there is no whole.</summary>
    public void AddShare(string metric, double? part, double? whole, string? category = null) => Add(metric, whole > 0 ? part / whole : null, category);
}
