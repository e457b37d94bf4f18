using CacheKeeper.Metrics;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Reports;

/// <summary>Asks the samples what a report needs, folded by the hour.</summary>
internal sealed class ReportSampleStore(StateStore state)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly SampleStore _samples = new(state);

    public async Task<ReportTotals> TotalsAsync(string project, ReportPeriod period, CancellationToken cancellationToken)
    {
        async Task<double?> SumAsync(string series) => await HoursAsync(project, series, period, cancellationToken) is { Count: > 0 } hours ? hours.Sum(hour => hour.Value) : null;
        return new ReportTotals
        {
            Lookups = await SumAsync("lookup_count"),
            Hits = await SumAsync("hit_count"),
            TokensSaved = await SumAsync("tokens_saved"),
            MoneySaved = await SumAsync("money_saved"),
            Cost = await SumAsync("cost"),
            KeeperCost = await SumAsync("keeper_cost"),
            UnavailableMinutes = await SumAsync("unavailable_minutes"),
            Availability = await MeanAsync(project, "availability", period, cancellationToken),
            LatencyP95 = await MeanAsync(project, "latency_p95", period, cancellationToken),
            Score = await MeanAsync(project, "performance_score", period, cancellationToken),
            Coverage = Math.Min(1, (await HoursAsync(project, "score_tiers", period, cancellationToken)).Count / Math.Max(1, (period.To - period.From) / Hour)),
        };
    }

    public async Task<double?> MeanAsync(string project, string series, ReportPeriod period, CancellationToken cancellationToken) =>
        (await HoursAsync(project, series, period, cancellationToken)).Select(hour => (double?)hour.Value).Average();

    /// <summary>The last hour's value.</summary>
    public async Task<double?> LastAsync(string project, string series, ReportPeriod period, CancellationToken cancellationToken) =>
        await HoursAsync(project, series, period, cancellationToken) is [.., var last] ? last.Value : null;

    public Task<IReadOnlyList<TimedValue>> HoursAsync(string project, string series, ReportPeriod period, CancellationToken cancellationToken) =>
        _samples.ReadAsync(project, series, RollupLevel.Hour, period.From, period.To, cancellationToken);

    /// <summary>Points to draw: by five minutes for a day, else by the hour.</summary>
    public Task<IReadOnlyList<TimedValue>> PointsAsync(string project, string series, ReportPeriod period, CancellationToken cancellationToken) =>
        _samples.ReadAsync(
            project, series, period.To - period.From <= TimeSpan.FromDays(1) && MetricCatalogue.Keeper.OfSeries(series)?.Fold != MetricFold.Sum ? RollupLevel.FiveMinutes : RollupLevel.Hour, period.From, period.To, cancellationToken);

    public async Task<IReadOnlyList<ReportCategory>> CategoriesAsync(string project, ReportPeriod period, CancellationToken cancellationToken)
    {
        var names = (await _samples.NamesAsync(project, cancellationToken)).Select(SeriesName.Parse).Where(name => name.Category is not null).Select(name => name.Category!).Distinct();
        var categories = new List<ReportCategory>();
        foreach (var category in names)
        {
            var lookups = await HoursAsync(project, new SeriesName("lookup_count", category).ToString(), period, cancellationToken);
            var hits = await HoursAsync(project, new SeriesName("hit_count", category).ToString(), period, cancellationToken);
            var bytes = await LastAsync(project, new SeriesName("postgresql_entry_bytes", category).ToString(), period, cancellationToken);
            var unused = await LastAsync(project, new SeriesName("unused_bytes", category).ToString(), period, cancellationToken);
            if (lookups.Count > 0 || bytes is not null)
            {
                categories.Add(new ReportCategory(category, lookups.Sum(hour => hour.Value), hits.Sum(hour => hour.Value), bytes, unused));
            }
        }

        return categories;
    }
}
