using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Metrics;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Gathers from the stores what insights are drawn from, draws them, and books what changed.</summary>
internal sealed class InsightService(StateStore state, AnalyticsPolicy policy)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly SampleStore _samples = new(state);
    private readonly ForecastStore _forecasts = new(state);
    private readonly InsightStore _insights = new(state);

    public async Task<InsightChanges> RefreshAsync(string project, Collected seen, PostgresTier? postgres, CancellationToken cancellationToken)
    {
        var found = InsightFinder.Find(await InputAsync(project, seen, postgres, cancellationToken), policy.Insights, seen.At);
        var changes = InsightBook.Update(await _insights.OpenAsync(project, cancellationToken), found, policy.Insights, seen.At);
        await _insights.WriteAsync(project, changes, cancellationToken);
        await _insights.ForgetAsync(project, seen.At - policy.KeepFindings, cancellationToken);
        return changes;
    }

    private async Task<InsightInput> InputAsync(string project, Collected seen, PostgresTier? postgres, CancellationToken cancellationToken)
    {
        var now = seen.At;
        return new InsightInput
        {
            Performance = await _samples.ReadAsync(project, "performance_score", now - (2 * policy.Insights.DeclineWindow), now.AddMilliseconds(1), cancellationToken),
            Sizes = await SizesAsync(project, now, cancellationToken),
            Limits = await LimitsAsync(project, seen, cancellationToken),
            Categories = await CategoriesAsync(project, now, cancellationToken),
            Indexes = await IndexesAsync(project, now, postgres, cancellationToken),
            DailyCost = await _samples.ReadAsync(project, "cost", RollupLevel.Day, now - (policy.Insights.PriceDays * 3 * Day), now, cancellationToken),
            Forecasts = await OutcomesAsync(project, now, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<SizeSeries>> SizesAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sizes = new List<SizeSeries>();
        foreach (var tier in TierMetrics.Words)
        {
            foreach (var (metric, unit) in new[] { ($"{tier}_entries", "entries"), ($"{tier}_entry_bytes", "bytes") })
            {
                sizes.Add(new SizeSeries(metric, unit, await _samples.ReadAsync(project, metric, RollupLevel.Hour, now - policy.Insights.GrowthWindow, now, cancellationToken)));
            }
        }

        return sizes;
    }

    private async Task<IReadOnlyList<LimitOutlook>> LimitsAsync(string project, Collected seen, CancellationToken cancellationToken)
    {
        var limited = seen.Tiers.Where(snapshot => snapshot.LimitBytes > 0).ToList();
        var forecasts = limited.Count == 0 ? new Dictionary<string, StoredForecast>() : await _forecasts.LatestAsync(project, cancellationToken);
        return
        [
            .. from snapshot in limited
               let limit = snapshot.LimitBytes!.Value
               where forecasts.ContainsKey($"{snapshot.Tier.Word()}_size")
               let outlook = forecasts[$"{snapshot.Tier.Word()}_size"].Until(limit)
               select new LimitOutlook($"{snapshot.Tier.Word()}_size", limit, "bytes", outlook.Earliest, outlook.Expected),
        ];
    }

    private async Task<IReadOnlyList<CategoryUse>> CategoriesAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var latest = await _samples.LatestAsync(project, now - Day, cancellationToken);
        var uses = new List<CategoryUse>();
        foreach (var category in latest.Keys.Select(SeriesName.Parse).Where(name => name is { Metric: "postgresql_entry_bytes" or "lookup_count", Category: not null }).Select(name => name.Category!).Distinct())
        {
            var lookups = await TotalAsync(project, "lookup_count", category, now, cancellationToken);
            var hits = await TotalAsync(project, "hit_count", category, now, cancellationToken);
            uses.Add(new CategoryUse(category, (long)hits, (long)lookups, Latest("postgresql_entry_bytes", category), Latest("unused_bytes", category)));
        }

        return uses;

        long Latest(string metric, string category) => latest.TryGetValue(new SeriesName(metric, category).ToString(), out var value) ? (long)value.Value : 0;
    }

    private async Task<double> TotalAsync(string project, string metric, string category, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await _samples.ReadAsync(project, new SeriesName(metric, category).ToString(), RollupLevel.Hour, now - Week, now, cancellationToken)).Sum(value => value.Value);

    private async Task<IReadOnlyList<IndexUse>> IndexesAsync(string project, DateTimeOffset now, PostgresTier? postgres, CancellationToken cancellationToken)
    {
        var days = postgres is null ? [] : await _samples.ReadAsync(project, "postgresql_index_size", RollupLevel.Day, now - (3 * policy.Insights.IndexWindow), now, cancellationToken);
        if (days.Count == 0)
        {
            return [];
        }

        try
        {
            return await IndexUseStore.ReadAsync(postgres!, now, days[0].At, cancellationToken);
        }
        catch (TierException)
        {
            return [];
        }
    }

    // Each of the last hours against what was said of it at least a day before.
    private async Task<IReadOnlyList<ForecastOutcome>> OutcomesAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcomes = new List<ForecastOutcome>();
        var since = now - (policy.Insights.MissValues * TimeSpan.FromHours(1));
        foreach (var series in ForecastService.Series)
        {
            if (await _forecasts.FindAsync(project, series, since, cancellationToken) is { } forecast)
            {
                var hours = await _samples.ReadAsync(project, series, RollupLevel.Hour, since, now, cancellationToken);
                outcomes.AddRange(from hour in hours let point = forecast.At(hour.At) where point is not null select new ForecastOutcome(series, hour.At, point.Value.Lower95, point.Value.Upper95, hour.Value));
            }
        }

        return outcomes;
    }
}
