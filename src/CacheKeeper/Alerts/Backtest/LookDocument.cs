using System.Text.Json;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>What the rules saw at one look, as it is stored: forecasts, windows and burn rates by their text.</summary>
internal sealed record LookDocument
{
    public IReadOnlyDictionary<string, StoredReading> Values { get; init; } = new Dictionary<string, StoredReading>();
    public IReadOnlyDictionary<string, double> Limits { get; init; } = new Dictionary<string, double>();
    public IReadOnlyDictionary<string, double> Answers { get; init; } = new Dictionary<string, double>();
    public IReadOnlyList<OpenAnomaly>? Anomalies { get; init; }
    public IReadOnlyList<Intervention> Interventions { get; init; } = [];
    public IReadOnlyDictionary<string, TierCondition> Tiers { get; init; } = new Dictionary<string, TierCondition>();

    /// <summary>The document's text; equal inputs give equal text.</summary>
    public static string Write(AlertInputs inputs) => JsonSerializer.Serialize(
        new LookDocument
        {
            Values = Sorted(inputs.Values.Where(pair => double.IsFinite(pair.Value.Value)).ToDictionary(pair => pair.Key, pair => new StoredReading(pair.Value.Value, pair.Value.At.ToUnixTimeMilliseconds()))),
            Limits = Sorted(inputs.Limits.Where(pair => double.IsFinite(pair.Value)).ToDictionary()),
            Answers = Sorted(inputs.Answers.Where(pair => double.IsFinite(pair.Value)).ToDictionary(pair => OperandText.Name(pair.Key), pair => pair.Value)),
            Anomalies = inputs.Anomalies,
            Interventions = inputs.Interventions,
            Tiers = Sorted(inputs.Tiers),
        },
        StateJson.Options);

    /// <summary>The inputs again; answers are found by the text of the questions that are asked now.</summary>
    public static AlertInputs Read(string text, IReadOnlyList<Operand> questions)
    {
        var stored = JsonSerializer.Deserialize<LookDocument>(text, StateJson.Options)!;
        return new AlertInputs
        {
            Values = stored.Values.ToDictionary(pair => pair.Key, pair => new Reading(pair.Value.Value, DateTimeOffset.FromUnixTimeMilliseconds(pair.Value.At))),
            Limits = stored.Limits,
            Answers = questions.Where(question => stored.Answers.ContainsKey(OperandText.Name(question))).ToDictionary(question => question, question => stored.Answers[OperandText.Name(question)]),
            Anomalies = stored.Anomalies,
            Interventions = stored.Interventions,
            Tiers = stored.Tiers,
        };
    }

    private static SortedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, T> values) => new(values.ToDictionary(), StringComparer.Ordinal);
}

/// <summary>A value and the unix milliseconds at which it was measured.</summary>
internal sealed record StoredReading(double Value, long At);

/// <summary>The inputs of one look.</summary>
internal sealed record Look(DateTimeOffset At, AlertInputs Inputs);
