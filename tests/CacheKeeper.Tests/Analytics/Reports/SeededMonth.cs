using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Analytics.Reports;

/// <summary>Nine weeks of a cache with days and weeks in it, a bad evening, cleanups and a refused one: always the same.</summary>
public sealed class SeededMonth : IAsyncLifetime
{
    public const string Project = "upi_admin_gateway";
    public static readonly DateTimeOffset End = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Start = End.AddDays(-63);
    private readonly TemporaryFolder _folder = new();

    internal StateStore State { get; private set; } = null!;

    internal AnalyticsPolicy Policy { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        State = await StateStore.OpenAsync(new StateLocation(_folder), Stop);
        await new SampleStore(State).WriteAsync(Project, [.. Samples()], Stop);
        await new RollupStore(State).FoldAsync(Project, Start, Stop);
        await RecordRunsAsync();
        await RecordFindingsAsync();
        await new SnapshotStore(State).WriteAsync(Project, new TierSnapshot(TierName.Upstash, End.AddMinutes(-15)) { Live = 1, Expired = 0, LimitBytes = 60_000_000 }, Stop);
        await new ForecastService(State, Policy).RefreshAsync(Project, End, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await State.DisposeAsync();
        _folder.Dispose();
    }

    private static IEnumerable<Sample> Samples()
    {
        var chance = new Random(20261101);
        for (var at = Start; at < End; at += TimeSpan.FromMinutes(30))
        {
            var hours = (at - Start).TotalHours;
            var busy = (1.2 - Math.Cos(2 * Math.PI * (at.Hour - 3) / 24.0)) * (at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.55 : 1);
            var bad = at >= End.AddDays(-12).AddHours(18) && at < End.AddDays(-12).AddHours(22);
            var lookups = Math.Round((420 * busy) + (20 * chance.NextDouble()));
            var ratio = (bad ? 0.45 : 0.71) + (0.02 * (chance.NextDouble() - 0.5)) + (hours * 0.00002);
            var hits = Math.Round(lookups * ratio);
            (string, double)[] values =
            [
                ("lookup_count", lookups), ("hit_count", hits), ("hit_ratio", ratio), ("lookups", 2 * lookups), ("tokens_saved", 400 * hits), ("money_saved", 0.0008 * hits), ("requests_saved", hits),
                ("cost", (lookups * 0.000006) + 0.004), ("keeper_cost", 0.00008), ("availability", bad ? 0.981 : 0.9999), ("unavailable_minutes", bad ? 0.57 : 0.003), ("error_rate", bad ? 0.019 : 0.0001),
                ("latency_p95", (bad ? 480 : 38) + (8 * busy) + (3 * chance.NextDouble())), ("performance_score", bad ? 0.62 : 0.97), ("score_tiers", 1),
                ("size", 31_000_000 + (9_000 * hours) + (200_000 * busy)), ("upstash_size", 24_000_000 + (14_000 * hours)), ("postgresql_size", 46_000_000 + (6_000 * hours)), ("mem0_size", 3_000_000 + (500 * hours)),
                ("upstash_entries", Math.Round(11_000 + (6 * hours))), ("postgresql_entries", Math.Round(4_900 + (2 * hours))), ("mem0_entries", Math.Round(4_900 + (0.4 * hours))),
                ("upstash_hit_ratio", 0.58), ("postgresql_hit_ratio", 0.14), ("mem0_hit_ratio", 0.09), ("upstash_latency_p95", 2.4), ("postgresql_latency_p95", 1.1), ("mem0_latency_p95", 44), ("upstash_error_rate", bad ? 0.02 : 0),
                ("lookup_count:payments", Math.Round(lookups * 0.6)), ("hit_count:payments", Math.Round(hits * 0.68)), ("lookup_count:orders", Math.Round(lookups * 0.4)), ("hit_count:orders", Math.Round(hits * 0.32)),
                ("postgresql_entry_bytes:payments", 5_200_000 + (700 * hours)), ("postgresql_entry_bytes:orders", 3_100_000 + (300 * hours)), ("unused_bytes:orders", 1_250_000),
            ];
            foreach (var (series, value) in values)
            {
                yield return new Sample(series, at, value);
            }
        }
    }

    private async Task RecordRunsAsync()
    {
        var runs = new RunStore(State);
        for (var day = 0; day < 31; day++)
        {
            var at = End.AddDays(-31 + day);
            await RunAsync("deep-cleanup", at.AddHours(2), day == 9 ? new JobResult(RunOutcome.Refused, "It would remove 31 % of a tier, more than 20 %.") : new JobResult(RunOutcome.Done, "Removed 412 entries."));
            await RunAsync("backup", at.AddHours(1), new JobResult(RunOutcome.Done, "Backed up and proven."));
        }

        async Task RunAsync(string job, DateTimeOffset at, JobResult result)
        {
            var draft = new RunRecord { Run = "", Job = job, Project = Project, ScheduledAt = at, StartedAt = at, Node = "n", Trigger = RunTrigger.Schedule };
            var run = await runs.BeginAsync(draft, Stop);
            await runs.CompleteAsync(run!.Run, result, at.AddMinutes(4), Stop);
        }
    }

    private async Task RecordFindingsAsync()
    {
        var evening = End.AddDays(-12).AddHours(18);
        await new AnomalyStore(State).AddAsync(
            Project,
            [
                new AnomalyAlarm("latency_p95", evening, 488.2, 0.8, AnomalySignal.Jump, TimeSpan.FromDays(60)),
                new AnomalyAlarm("hit_ratio", evening.AddMinutes(30), 0.451, 0.7, AnomalySignal.Low, TimeSpan.FromDays(40)),
            ],
            Stop);
        var insight = new Insight(
            InsightType.CategoryDrag, "orders", FindingSeverity.Warning, "orders is hit in 57 % of its lookups; without it the hit ratio would be 81 % instead of 71 %.",
            [new("hit ratio", 57, "%")], ["Look at what it asks for: answers that never repeat need no cache"]);
        await new InsightStore(State).WriteAsync(Project, InsightBook.Update([], [insight], Policy.Insights, End.AddDays(-3)), Stop);
    }
}
