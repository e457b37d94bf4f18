using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>A measured value and when it was measured. Units as in <see cref="MetricUnit"/>.</summary>
internal readonly record struct Reading(double Value, DateTimeOffset At);

/// <summary>An anomaly that is open now. Those that one of our own interventions explains are not handed in.</summary>
internal sealed record OpenAnomaly(string Metric, AlertSeverity Severity, DateTimeOffset Since, string Sentence);

/// <summary>What a tier is said to be; the words of the health report.</summary>
internal enum TierCondition
{
    Healthy,
    Degraded,
    Failed,
    NotConfigured,
    Unknown,
    Learning,
}

/// <summary>Everything the rules look at, as it was at one instant. What is missing is unknown.</summary>
internal sealed record AlertInputs
{
    public static readonly AlertInputs Nothing = new();

    public IReadOnlyDictionary<string, Reading> Values { get; init; } = new Dictionary<string, Reading>();
    public IReadOnlyDictionary<string, double> Limits { get; init; } = new Dictionary<string, double>();

    /// <summary>Answers to forecasts, windows and burn rates that the rules ask for (<see cref="RuleBook.Questions"/>).</summary>
    public IReadOnlyDictionary<Operand, double> Answers { get; init; } = new Dictionary<Operand, double>();

    /// <summary>Null when anomalies are not looked for.</summary>
    public IReadOnlyList<OpenAnomaly>? Anomalies { get; init; } = [];
    public IReadOnlyList<Intervention> Interventions { get; init; } = [];

    /// <summary>By the tier's word: postgresql, upstash, mem0.</summary>
    public IReadOnlyDictionary<string, TierCondition> Tiers { get; init; } = new Dictionary<string, TierCondition>();
}
