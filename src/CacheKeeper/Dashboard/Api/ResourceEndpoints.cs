using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Commands;
using CacheKeeper.Metrics;

namespace CacheKeeper.Dashboard.Api;

/// <summary>What can be read under a name of its own: alerts, schedule, audit log, settings, series.</summary>
internal static class ResourceEndpoints
{
    private const int MostValues = 5000;

    // A resource, the command whose document it is, and the options that may be asked for.
    private static readonly (string Path, string Verb, string Right, string[] Options, string Summary)[] Documents =
    [
        ("/api/alerts", "health alerts", Rights.Read, ["since", "rule", "open"], "Alerts that fire, what fired lately, silences, acknowledgements"),
        ("/api/schedule", "scheduler status", Rights.Read, [], "The timetable: last run, next run, pauses, what is overdue and why"),
        ("/api/audit", "audit list", Rights.Administer, ["since", "who", "action", "limit"], "The audit log, newest first"),
        ("/api/audit/verdict", "audit verify", Rights.Administer, [], "Whether every line of the audit log is the one that was written"),
        ("/api/backups", "backup list", Rights.Read, [], "Restore points, newest first"),
        ("/api/insights", "analytics insights", Rights.Read, [], "What was found in the figures, with evidence and advice"),
        ("/api/optimizer/record", "optimizer record", Rights.Read, [], "What the optimizer promised and what came"),
        ("/api/regret", "cleanup regret", Rights.Read, [], "What was removed and asked for again"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var there = CommandTree.Leaves().ToDictionary(leaf => leaf.Verb, leaf => leaf.Command);
        foreach (var (path, verb, right, options, summary) in Documents.Where(document => there.ContainsKey(document.Verb)))
        {
            routes.MapGet(path, (VisitHost visit, CommandService commands) => CommandEndpoints.ReadAsync(visit, commands, new ReadCall(verb, there[verb], options)))
                .RequireAuthorization(right).WithSummary(summary);
        }

        routes.MapGet("/api/settings", (VisitHost visit) => MetricsEndpoints.Json(SettingsView.Of(visit.Keeper.Settings)))
            .RequireAuthorization(Rights.Read).WithSummary("The settings that apply, each with whether it is the default; secrets never");
        routes.MapGet("/api/metrics/series", SeriesAsync).RequireAuthorization(Rights.Metrics).WithSummary("Series that have samples: latest value, unit, meaning");
        routes.MapGet("/api/metrics/series/{name}", ValuesAsync).RequireAuthorization(Rights.Metrics).WithSummary("Values of a series; ?from= ?to= (a week at most comes raw), with our own interventions, anomalies, and the newest forecast beyond now");
    }

    private static async Task<IResult> SeriesAsync(VisitHost visit, CancellationToken cancellationToken)
    {
        var latest = await new SampleStore(visit.Keeper.State).LatestAsync(visit.Keeper.Project, visit.Keeper.Time.GetUtcNow().AddDays(-30), cancellationToken);
        return MetricsEndpoints.Json(latest.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair, About: MetricCatalogue.Keeper.OfSeries(pair.Key)))
            .Select(one => new { Name = one.pair.Key, Unit = one.About?.Unit, one.About?.Meaning, one.pair.Value.At, one.pair.Value.Value }));
    }

    private static async Task<IResult> ValuesAsync(VisitHost visit, string name, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var until = to ?? visit.Keeper.Time.GetUtcNow();
        var since = from ?? until.AddDays(-1);
        if (since >= until || until - since > TimeSpan.FromDays(800) || MetricCatalogue.Keeper.OfSeries(name) is not { } about)
        {
            throw KeeperException.Usage("That series cannot be read.", "Name one of /api/metrics/series; from is before to, and at most 800 days.");
        }

        // A little over a week still counts as one: the caller's clock and ours differ.
        var level = (until - since).TotalDays switch { <= 7.1 => RollupLevel.Raw, <= 61 => RollupLevel.Hour, _ => RollupLevel.Day };
        var samples = new SampleStore(visit.Keeper.State);
        var values = await samples.ReadAsync(visit.Keeper.Project, name, level, since, until, cancellationToken);
        var runs = await visit.Keeper.Runs.ListAsync(new Scheduling.RunFilter { Project = visit.Keeper.Project, Since = since, Until = until, Limit = 500 }, cancellationToken);
        var now = visit.Keeper.Time.GetUtcNow();
        var ahead = until >= now.AddMinutes(-1) ? await ForecastAsync(visit, name, now, now + ((until - since) / 3), cancellationToken) : [];
        var odd = (await new AnomalyStore(visit.Keeper.State).AlarmsAsync(visit.Keeper.Project, since, until, cancellationToken)).Where(alarm => alarm.Series == name);
        return MetricsEndpoints.Json(new
        {
            Name = name,
            about.Unit,
            about.Meaning,
            Level = level,
            Truncated = values.Count > MostValues,
            Times = values.TakeLast(MostValues).Select(value => value.At.ToUnixTimeSeconds()),
            Values = values.TakeLast(MostValues).Select(value => double.IsFinite(value.Value) ? value.Value : (double?)null),
            Interventions = Interventions.Of(runs),
            Anomalies = odd.Select(alarm => new { At = alarm.At.ToUnixTimeSeconds(), alarm.Value }),
            Forecast = ahead.Select(point => new { At = point.At.ToUnixTimeSeconds(), point.Point.Value, point.Point.Lower80, point.Point.Upper80 }),
        });
    }

    // As far ahead as a third of what is shown, so that what was seen stays the larger part.
    private static async Task<IReadOnlyList<(DateTimeOffset At, ForecastPoint Point)>> ForecastAsync(VisitHost visit, string name, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await new ForecastStore(visit.Keeper.State).FindAsync(visit.Keeper.Project, name, now.AddSeconds(1), cancellationToken) is not { } forecast)
        {
            return [];
        }

        return [.. forecast.Forecast.Points.Select((point, step) => (At: forecast.FirstAt + (StoredForecast.Step * step), point)).Where(one => one.At > now && one.At <= until)];
    }
}
