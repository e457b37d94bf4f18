using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Client;
using CacheKeeper.Directives;
using CacheKeeper.Metrics;
using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Browser;

/// <summary>Puts an attack into every text of the keeper's own state that a page shows, and enough figures for every chart.</summary>
internal sealed class BrowserFill(KeeperHost keeper, IReadOnlyList<string> attacks)
{
    private readonly DateTimeOffset _now = keeper.Time.GetUtcNow();
    private int _next;

    /// <summary>The run that carries an attack in each of its texts.</summary>
    public string Run { get; private set; } = "";

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await RunsAsync(cancellationToken);
        await AlertsAsync(cancellationToken);
        await FindingsAsync(cancellationToken);
        await IncidentsAsync(cancellationToken);
        await SeriesAsync(cancellationToken);
        await keeper.Audit.AppendAsync(new AuditEntry(_now, new Actor(Attack(), Attack()), Attack(), Attack(), "done") { Project = keeper.Project, Before = 12, After = 3, Detail = Attack() }, cancellationToken);
        await new ChangeStore(keeper.State, keeper.Project).WriteAsync(Change(), cancellationToken);
    }

    private string Attack() => attacks[_next++ % attacks.Count];

    private async Task RunsAsync(CancellationToken cancellationToken)
    {
        foreach (var outcome in new[] { RunOutcome.Failed, RunOutcome.Refused, RunOutcome.Done })
        {
            var run = await keeper.Runs.BeginAsync(new RunRecord { Run = "", Job = "light-cleanup", Project = keeper.Project, StartedAt = _now.AddHours(-2), Node = Attack(), Trigger = RunTrigger.Schedule }, cancellationToken);
            Run = run!.Run;
            var document = new JsonObject { [Attack()] = Attack(), ["within"] = new JsonObject { [Attack()] = 3 } };
            await keeper.Runs.CompleteAsync(Run, new JobResult(outcome, Attack()) { Counts = document, Plan = document.DeepClone(), Expected = document.DeepClone(), Actual = document.DeepClone(), UndoUntil = _now.AddDays(1) }, _now.AddHours(-1), cancellationToken);
        }
    }

    private async Task AlertsAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < 3; number++)
        {
            var alert = new AlertState { Fingerprint = $"f{number}", Rule = "tier-slow", Subject = Attack(), Severity = (AlertSeverity)number, Phase = AlertPhase.Firing, Since = _now.AddMinutes(-9), Because = Attack() };
            await keeper.State.ExecuteAsync(
                "INSERT INTO alert_states (project, fingerprint, phase, transition, document, updated_at) VALUES (@Project, @Fingerprint, 'Firing', 1, @document, @at)",
                new { keeper.Project, alert.Fingerprint, document = JsonSerializer.Serialize(alert, StateJson.Options), at = _now.ToUnixTimeMilliseconds() },
                cancellationToken);
            await keeper.State.ExecuteAsync(
                "INSERT INTO alert_transitions (project, fingerprint, transition, title, severity, phase_from, phase_to, at, because) VALUES (@Project, @Fingerprint, 1, @title, @severity, 'Inactive', 'Firing', @at, @because)",
                new { keeper.Project, alert.Fingerprint, title = Attack(), severity = alert.Severity.ToString(), because = Attack(), at = _now.ToUnixTimeMilliseconds() },
                cancellationToken);
        }

        var silences = new SilenceStore(keeper.State);
        await silences.AddAsync(keeper.Project, new Silence { Id = "s1", Matcher = new AlertMatcher { Rule = Attack() }, Author = Attack(), Reason = Attack(), StartsAt = _now, EndsAt = _now.AddHours(1) }, cancellationToken);
        await silences.AcknowledgeAsync(keeper.Project, new Acknowledgement("f0", Attack(), Attack(), _now, _now.AddHours(1)), cancellationToken);
    }

    private Task FindingsAsync(CancellationToken cancellationToken)
    {
        BookedInsight Insight(InsightType type, FindingSeverity severity, DateTimeOffset? closed) =>
            new(new Insight(type, Attack(), severity, Attack(), [new InsightEvidence(Attack(), 12.5, Attack())], [Attack()]), _now.AddDays(-2), _now, closed);
        return new InsightStore(keeper.State).WriteAsync(
            keeper.Project,
            new InsightChanges([Insight(InsightType.CategoryDrag, FindingSeverity.Critical, null), Insight(InsightType.WastedBytes, FindingSeverity.Info, null)], [], [], [Insight(InsightType.UnusedIndex, FindingSeverity.Warning, _now.AddHours(-3))]),
            cancellationToken);
    }

    private async Task IncidentsAsync(CancellationToken cancellationToken)
    {
        var store = new IncidentStore(keeper.State);
        var open = new Incident { Id = "incident-1", Key = new IssueKey(IssueKind.HighMemoryUsage, TierName.Upstash), OpenedAt = _now.AddHours(-1), Phase = IncidentPhase.Escalated, Because = Attack(), HeldBy = Attack(), EscalatedAt = _now };
        await store.SaveAsync(keeper.Project, open, [new IncidentEvent(_now.AddHours(-1), IncidentEventKind.Seen, Attack()), new IncidentEvent(_now, IncidentEventKind.Tried, Attack())], cancellationToken);
        var over = new Incident { Id = "incident-2", Key = new IssueKey(IssueKind.LowHitRatio), OpenedAt = _now.AddHours(-9), Phase = IncidentPhase.Recovered, Because = Attack(), ClosedAt = _now.AddHours(-8) };
        await store.SaveAsync(keeper.Project, over, [new IncidentEvent(_now.AddHours(-9), IncidentEventKind.Seen, Attack())], cancellationToken);
        var end = _now.AddHours(2);
        await keeper.Directives.ReplaceAsync(
            "recovery", new DirectiveParts([new LeaveOutDirective("mem0", end, Attack(), "recovery")], [new TtlDirective(null, Attack(), Attack(), 2, null, end, Attack(), "recovery")]), cancellationToken);
    }

    // A week by the quarter hour, so that each chart has a line, a forecast and a ring.
    private async Task SeriesAsync(CancellationToken cancellationToken)
    {
        const int Step = 15;
        string[] series = ["hit_ratio", "latency_p95", "latency_mean", "lookups", "entries", "size", "memory_efficiency", "performance_score", "upstash_hit_ratio", "postgresql_hit_ratio"];
        var samples = series.SelectMany((name, number) => Enumerable.Range(0, 7 * 24 * 60 / Step).Select(quarter =>
            new Sample(name, _now.AddMinutes(-Step * quarter), (name.Contains("ratio", StringComparison.Ordinal) || name.EndsWith("efficiency", StringComparison.Ordinal) || name.EndsWith("score", StringComparison.Ordinal) ? 0.7 : 4000 + (number * 100)) * (1 + (0.1 * Math.Sin(quarter / 15.0)))))).ToList();
        await new SampleStore(keeper.State).WriteAsync(keeper.Project, samples, cancellationToken);
        var points = Enumerable.Range(0, 48).Select(hour => new ForecastPoint(0.7, 0.66, 0.74, 0.6, 0.8)).ToList();
        await new ForecastStore(keeper.State).WriteAsync(keeper.Project, new StoredForecast("hit_ratio", _now.AddMinutes(-5), _now.AddMinutes(-5), new Forecast(points, [], null, null)), cancellationToken);
        await new AnomalyStore(keeper.State).AddAsync(keeper.Project, [new AnomalyAlarm("hit_ratio", _now.AddHours(-5), 0.65, 5, AnomalySignal.Low, TimeSpan.FromDays(30))], cancellationToken);
    }

    private Change Change() => new("chg-1", keeper.Project, Run, "ttl:payments", _now.AddDays(-1))
    {
        What = Attack(),
        Why = Attack(),
        Directive = new TtlDirective(null, Attack(), null, null, 600, _now.AddDays(1), Attack()),
        SecondsBefore = 300,
        Promised = new Effect { HitRatio = new Estimate(0.02, 0.01, 0.03) },
        JudgeAt = _now.AddDays(1),
        Verdict = new ChangeVerdict(_now, true, true, Attack(), new Effect(), 0.4),
        State = ChangeState.Kept,
    };
}
