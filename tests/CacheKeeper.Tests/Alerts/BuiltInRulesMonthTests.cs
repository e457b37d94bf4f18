using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Tests.Alerts;

/// <summary>A seeded month of ordinary noise with one fault of six hours: each built-in rule fires there and nowhere else.</summary>
public sealed class BuiltInRulesMonthTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Fault = TimeSpan.FromHours(6);
    private static readonly DateTimeOffset Start = AlertScene.Start;
    private static readonly DateTimeOffset Planted = Start.AddDays(17).AddMinutes(35);
    private const int Looks = 30 * 24 * 2;

    public static TheoryData<string> Rules => [.. BuiltInRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_fires_exactly_where_its_fault_was_planted(string rule)
    {
        var book = RuleBook.Load(BuiltInRules.All, [], KnownMetrics.All, ["email", "slack", "webhook", "log"]);
        var chance = new Random(20261123);
        var looks = Enumerable.Range(0, Looks).Select(index => See(rule, Start + (index * Interval), book, chance)).ToList();

        var report = Backtest.Replay(rule, looks, new AlertSnapshot { Project = "p", Book = book }, new AlertPolicy(), Start);

        var firings = report.Events.Where(change => change.To == AlertPhase.Firing).GroupBy(change => change.Title).ToList();
        Assert.NotEmpty(firings);
        Assert.All(firings, firing => Assert.InRange(Assert.Single(firing).At, Planted, Planted.AddHours(1)));
        var ends = report.Events.Where(change => change.From == AlertPhase.Firing).ToList();
        Assert.Equal(firings.Count, ends.Count);
        Assert.All(ends, end => Assert.InRange(end.At, Planted + Fault, Planted + Fault + TimeSpan.FromHours(1.5)));
    }

    private static Look See(string rule, DateTimeOffset at, RuleBook book, Random chance)
    {
        var faulty = at >= Planted && at < Planted + Fault;
        double Noise(double middle, double spread) => middle + (spread * ((2 * chance.NextDouble()) - 1));
        var values = new Dictionary<string, double>
        {
            ["hit_ratio"] = faulty && rule == "low-hit-ratio" ? Noise(0.6, 0.03) : Noise(0.8, 0.05),
            ["lookups"] = Noise(2_000, 1_500),
            ["memory_usage"] = faulty && rule == "high-memory-usage" ? Noise(0.9, 0.04) : Noise(0.6, 0.1),
            ["availability"] = 0.9999,
            ["size"] = Noise(5e7, 1e6),
            ["rejected_writes"] = faulty && rule == "rejected-writes" ? Noise(50, 20) : 0,
            ["regret"] = faulty && rule == "cleanup-regret" ? Noise(0.2, 0.05) : Noise(0.01, 0.01),
            ["cleanup_refused"] = faulty && rule == "cleanup-refused" ? 3 : chance.Next(3),
            ["backup_age"] = Age(faulty && rule == "backup-overdue" ? 27 : Noise(12, 11)),
            ["restore_proof_age"] = Age(faulty && rule == "restore-unproven" ? 200 : Noise(80, 79)),
            ["jobs_overdue"] = faulty && rule == "scheduler-overdue" ? 2 : 0,
            ["disk_free"] = faulty && rule == "disk-low" ? Noise(0.05, 0.02) : Noise(0.5, 0.1),
            ["incidents_need_person"] = faulty && rule == "recovery-needs-a-person" ? 1 : 0,
            ["dead_messages"] = faulty && rule == "messages-undelivered" ? 4 : 0,
        };
        foreach (var tier in TierFlags.Tiers)
        {
            values[$"{tier}_error_rate"] = faulty && rule == "error-rate" ? Noise(0.3, 0.1) : Noise(0.01, 0.01);
            values[$"{tier}_size"] = Noise(1e7, 1e5);
        }

        // While metrics are missing the last measurement only grows older.
        var missing = faulty && rule == "metrics-missing" ? at - Planted + TimeSpan.FromHours(2) : TimeSpan.Zero;
        var burning = faulty && rule == "availability-budget";
        var full = faulty && rule == "limit-in-sight";
        return new Look(at, new AlertInputs
        {
            Values = values.ToDictionary(pair => pair.Key, pair => new Reading(pair.Value, at - (pair.Key is "hit_ratio" or "size" ? missing : TimeSpan.Zero))),
            Limits = TierFlags.Tiers.ToDictionary(tier => $"{tier}_size", _ => 2e7),
            Answers = book.Questions.ToDictionary(question => question, question => question is Operand.BurnRate ? burning ? Noise(20, 4) : Noise(1, 1) : full ? Noise(3e7, 5e6) : Noise(1.2e7, 2e6)),
            Anomalies = faulty && rule == "anomaly" ? [new OpenAnomaly("size", AlertSeverity.Warning, Planted, "size is twice what it usually is")] : [],
            Tiers = TierFlags.Tiers.ToDictionary(tier => tier, tier => Condition(rule, tier, faulty)),
        });
    }

    private static TierCondition Condition(string rule, string tier, bool faulty) => (faulty, rule) switch
    {
        (true, "critical-system-down") => TierCondition.Failed,
        (true, "tier-down") when tier == "upstash" => TierCondition.Failed,
        (true, "tier-slow") when tier == "mem0" => TierCondition.Degraded,
        _ => TierCondition.Healthy,
    };

    private static double Age(double hours) => TimeSpan.FromHours(hours).TotalMilliseconds;
}
