using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Analytics.Reports;

/// <summary>Gathers a report from the stores: samples, runs, findings, forecasts. It measures nothing itself.</summary>
internal sealed class ReportService(StateStore state, AnalyticsPolicy policy, PricePolicy prices)
{
    private const int MostCategories = 12;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ReportSampleStore _samples = new(state);
    private readonly ForecastStore _forecasts = new(state);
    private readonly SnapshotStore _snapshots = new(state);
    private readonly RunStore _runs = new(state);

    public async Task<Report> MakeAsync(string project, ReportPeriod period, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await _samples.TotalsAsync(project, period.Before, cancellationToken);
        var limits = await LimitsAsync(project, cancellationToken);
        var forecasts = await _forecasts.LatestAsync(project, cancellationToken);
        return new Report
        {
            Project = project,
            Period = period,
            CreatedAt = now,
            Currency = prices.Currency,
            Totals = await _samples.TotalsAsync(project, period, cancellationToken),
            Before = before.Coverage > 0 ? before : null,
            Tiers = await TiersAsync(project, period, limits, cancellationToken),
            Categories = [.. (await _samples.CategoriesAsync(project, period, cancellationToken)).OrderByDescending(category => category.Lookups).ThenByDescending(category => category.Bytes).ThenBy(category => category.Category, StringComparer.Ordinal).Take(MostCategories)],
            Jobs = await JobsAsync(project, period, cancellationToken),
            Findings = [.. (await new FindingService(state, policy).ListAsync(project, period.From, period.To < now ? period.To : now, cancellationToken)).Where(finding => finding.OpenedAt < period.To)],
            Forecasts = await ExpectedAsync(project, period, forecasts, limits, cancellationToken),
            Series = await SeriesAsync(project, period, forecasts, cancellationToken),
            Depth = period.Name == "month" ? await DepthAsync(project, period, cancellationToken) : null,
        };
    }

    private async Task<IReadOnlyDictionary<string, long>> LimitsAsync(string project, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<string, long>();
        foreach (var tier in Enum.GetValues<TierName>())
        {
            if (await _snapshots.LatestAsync(project, tier, cancellationToken) is { LimitBytes: > 0 and { } limit })
            {
                limits[tier.Word()] = limit;
            }
        }

        return limits;
    }

    private async Task<IReadOnlyList<ReportTier>> TiersAsync(string project, ReportPeriod period, IReadOnlyDictionary<string, long> limits, CancellationToken cancellationToken)
    {
        var tiers = new List<ReportTier>();
        foreach (var tier in TierMetrics.Words)
        {
            if (await _samples.LastAsync(project, $"{tier}_entries", period, cancellationToken) is { } entries)
            {
                tiers.Add(new ReportTier(
                    tier,
                    entries,
                    await _samples.LastAsync(project, $"{tier}_size", period, cancellationToken),
                    await _samples.LastAsync(project, $"{tier}_size", period.Before, cancellationToken),
                    await _samples.MeanAsync(project, $"{tier}_hit_ratio", period, cancellationToken),
                    await _samples.MeanAsync(project, $"{tier}_latency_p95", period, cancellationToken),
                    await _samples.MeanAsync(project, $"{tier}_error_rate", period, cancellationToken),
                    limits.TryGetValue(tier, out var limit) ? limit : null));
            }
        }

        return tiers;
    }

    private async Task<IReadOnlyList<ReportRuns>> JobsAsync(string project, ReportPeriod period, CancellationToken cancellationToken)
    {
        var runs = await _runs.ListAsync(new RunFilter { Project = project, Since = period.From, Until = period.To, Limit = 1_000_000 }, cancellationToken);
        return
        [
            .. from run in runs
               where run.Outcome is not null and not RunOutcome.DryRun and not RunOutcome.Skipped
               group run by run.Job into job
               orderby job.Key
               let bad = job.FirstOrDefault(run => run.Outcome is RunOutcome.Failed or RunOutcome.Refused)
               select new ReportRuns(
                   job.Key, job.Count(), job.Count(run => run.Outcome is RunOutcome.Done or RunOutcome.NothingToDo), job.Count(run => run.Outcome is RunOutcome.Degraded or RunOutcome.Interrupted),
                   job.Count(run => run.Outcome == RunOutcome.Refused), job.Count(run => run.Outcome == RunOutcome.Failed), bad?.Reason),
        ];
    }

    private async Task<IReadOnlyList<ReportForecast>> ExpectedAsync(
        string project, ReportPeriod period, IReadOnlyDictionary<string, StoredForecast> forecasts, IReadOnlyDictionary<string, long> limits, CancellationToken cancellationToken)
    {
        var expected = new List<ReportForecast>();
        foreach (var series in ForecastService.Series)
        {
            var last = forecasts.TryGetValue(series, out var forecast) && forecast.Forecast.Points.Count > 0 ? forecast.Forecast.Points[^1] : (ForecastPoint?)null;
            if (last is { } point && await _samples.LastAsync(project, series, period, cancellationToken) is { } now)
            {
                var limit = series.EndsWith("_size", StringComparison.Ordinal) && limits.TryGetValue(series[..^"_size".Length], out var bytes) ? forecast!.Until(bytes) : null;
                expected.Add(new ReportForecast(series, now, forecast!.FirstAt + ((forecast.Forecast.Points.Count - 1) * StoredForecast.Step), point.Value, point.Lower95, point.Upper95, limit));
            }
        }

        return expected;
    }

    private async Task<IReadOnlyList<ReportSeries>> SeriesAsync(string project, ReportPeriod period, IReadOnlyDictionary<string, StoredForecast> forecasts, CancellationToken cancellationToken)
    {
        var drawn = new List<ReportSeries>();
        (string Series, string Title)[] wanted =
        [
            ("hit_ratio", "Hit ratio"), ("lookups", "Lookups an hour"), ("latency_p95", "95 % of lookups within"), ("size", "Bytes of all entries"), ("performance_score", "Performance score"), ("cost", $"Cost an hour, {prices.Currency}"),
        ];
        foreach (var (series, title) in wanted)
        {
            var points = await _samples.PointsAsync(project, series, period, cancellationToken);
            if (points.Count > 1)
            {
                // What is expected is drawn where it follows what was measured, not over another time.
                var forecast = forecasts.TryGetValue(series, out var known) && (known.FirstAt - points[^1].At).Duration() <= TimeSpan.FromHours(12) ? known : null;
                drawn.Add(new ReportSeries(series, title, MetricCatalogue.Keeper.Find(series)!.Unit, points) { ForecastFrom = forecast?.FirstAt, Forecast = forecast is null ? [] : [.. forecast.Forecast.Points.Take((int)Math.Max(24, (period.To - period.From) / Hour / 3))] });
            }
        }

        return drawn;
    }

    private async Task<ReportDepth> DepthAsync(string project, ReportPeriod period, CancellationToken cancellationToken)
    {
        var lookups = await _samples.HoursAsync(project, "lookup_count", period, cancellationToken);
        var byHour = lookups.ToLookup(hour => (((int)hour.At.DayOfWeek + 6) % 7 * 24) + hour.At.Hour, hour => hour.Value);
        double?[] hours = [.. Enumerable.Range(0, 7 * 24).Select(hour => byHour[hour].Select(value => (double?)value).Average())];
        var outcomes = new List<bool>();
        foreach (var series in ForecastService.Series)
        {
            outcomes.AddRange(await HeldAsync(project, series, period, cancellationToken));
        }

        return new ReportDepth(hours, Named(hours, hours.Max()), Named(hours, hours.Min()), outcomes.Count > 0 ? (double)outcomes.Count(held => held) / outcomes.Count : null, outcomes.Count);
    }

    // Week by week, by the newest forecast made a day before each day began.
    private async Task<IEnumerable<bool>> HeldAsync(string project, string series, ReportPeriod period, CancellationToken cancellationToken)
    {
        var held = new List<bool>();
        foreach (var hour in (await _samples.HoursAsync(project, series, period, cancellationToken)).GroupBy(hour => hour.At.UtcDateTime.Date))
        {
            var day = new DateTimeOffset(hour.Key, TimeSpan.Zero);
            if (await _forecasts.FindAsync(project, series, day - TimeSpan.FromDays(1), cancellationToken) is { } forecast)
            {
                held.AddRange(from one in hour let point = forecast.At(one.At) where point is not null select one.Value >= point.Value.Lower95 && one.Value <= point.Value.Upper95);
            }
        }

        return held;
    }

    private static string? Named(double?[] hours, double? value)
    {
        var index = value is null ? -1 : Array.IndexOf(hours, value);
        return index < 0 ? null : $"{(DayOfWeek)(((index / 24) + 1) % 7)} {index % 24:00}:00 UTC, {Figure.Count(value)} lookups";
    }
}
