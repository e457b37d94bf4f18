using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>What a condition comes to: with holds (<see cref="Full"/>), without them (<see cref="Raw"/>), and what was seen.</summary>
internal sealed record Judgement(Truth Full, Truth Raw, bool Judged)
{
    /// <summary>Since when each held part has been true.</summary>
    public IReadOnlyDictionary<int, DateTimeOffset> HeldSince { get; init; } = new Dictionary<int, DateTimeOffset>();

    /// <summary>The comparisons in words, those that decided first.</summary>
    public string Because { get; init; } = "";

    /// <summary>Only the values that the condition looked at; null where unknown.</summary>
    public IReadOnlyDictionary<string, double?> Seen { get; init; } = new Dictionary<string, double?>();
}

/// <summary>Judges a condition on the inputs of one instant.</summary>
internal sealed class ConditionJudge
{
    private readonly AlertInputs _inputs;
    private readonly IReadOnlyDictionary<int, DateTimeOffset> _before;
    private readonly Dictionary<int, DateTimeOffset> _after = [];
    private readonly Dictionary<string, double?> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _because = [];
    private readonly MetricCatalogue _catalogue;
    private readonly TimeSpan _staleAfter;
    private readonly DateTimeOffset _now;
    private readonly bool _firing;

    private ConditionJudge(AlertInputs inputs, ConditionContext context)
    {
        (_inputs, _before, _catalogue, _staleAfter, _now, _firing) = (inputs, context.HeldSince, context.Catalogue, context.StaleAfter, context.Now, context.Firing);
    }

    public static Judgement Judge(ParsedCondition condition, AlertInputs inputs, ConditionContext context)
    {
        var judge = new ConditionJudge(inputs, context);
        if (condition.Given is { } given && judge.Of(given).Full != Truth.True)
        {
            return new Judgement(Truth.Unknown, Truth.Unknown, false)
            {
                Because = "not judged: " + string.Join(", ", judge._because),
                Seen = judge._seen,
                HeldSince = context.HeldSince,
            };
        }

        judge._because.Clear();
        var (full, raw) = judge.Of(condition.Root);
        return new Judgement(full, raw, true) { Because = string.Join(", ", judge._because), Seen = judge._seen, HeldSince = judge._after };
    }

    private (Truth Full, Truth Raw) Of(Condition condition)
    {
        switch (condition)
        {
            case Condition.And and:
                var (leftFull, leftRaw) = Of(and.Left);
                var (rightFull, rightRaw) = Of(and.Right);
                return (leftFull.And(rightFull), leftRaw.And(rightRaw));
            case Condition.Or or:
                var (firstFull, firstRaw) = Of(or.Left);
                var (secondFull, secondRaw) = Of(or.Right);
                return (firstFull.Or(secondFull), firstRaw.Or(secondRaw));
            case Condition.Not not:
                var (full, raw) = Of(not.Inner);
                return (full.Not(), raw.Not());
            case Condition.Held held:
                return OfHeld(held);
            default:
                var simple = OfSimple(condition);
                return (simple, simple);
        }
    }

    // While the alert fires the hold has been served already. An unknown value neither ends nor restarts it.
    private (Truth Full, Truth Raw) OfHeld(Condition.Held held)
    {
        var (full, raw) = Of(held.Inner);
        var since = _before.TryGetValue(held.Id, out var known) ? known : (DateTimeOffset?)null;
        if (full == Truth.False)
        {
            return (Truth.False, raw);
        }

        if (full == Truth.Unknown)
        {
            Keep(held.Id, since);
            return (Truth.Unknown, raw);
        }

        Keep(held.Id, since ?? _now);
        return (_firing || _now - (since ?? _now) >= held.For ? Truth.True : Truth.False, raw);
    }

    private void Keep(int id, DateTimeOffset? since)
    {
        if (since is { } time)
        {
            _after[id] = time;
        }
    }

    private Truth OfSimple(Condition condition) => condition switch
    {
        Condition.Flag flag => OfFlag(flag),
        Condition.Compare compare => OfCompare(compare),
        Condition.NoData noData => OfNoData(noData),
        Condition.Anomaly anomaly => OfAnomaly(anomaly),
        _ => Truth.Unknown,
    };

    private Truth OfFlag(Condition.Flag flag)
    {
        var value = TierFlags.Of(flag.Metric, _inputs.Tiers) ?? (Fresh(flag.Metric) is { } read ? read != 0 : null);
        _seen[flag.Metric] = value is { } known ? known ? 1 : 0 : null;
        _because.Add($"{flag.Metric} is {value switch { true => "true", false => "false", null => "unknown" }}");
        return Truths.Of(value);
    }

    private Truth OfCompare(Condition.Compare compare)
    {
        var limit = _firing && compare.Clear is { } clear ? clear : compare.Right;
        var (left, right) = (Value(compare.Left), Value(limit));
        var name = OperandText.Name(compare.Left);
        var unit = OperandText.Unit(compare.Left, _catalogue);
        _seen[name] = left;
        if (limit is not Operand.Literal)
        {
            _seen[OperandText.Name(limit)] = right;
        }

        if (left is not { } found || right is not { } than)
        {
            _because.Add($"{(left is null ? name : OperandText.Name(limit))} is unknown");
            return Truth.Unknown;
        }

        var holds = compare.Comparison.Holds(found, than);
        _because.Add($"{name} {OperandText.Shown(found, unit)} {(holds ? compare.Comparison.Sign() : compare.Comparison.SignOfOpposite())} {OperandText.Shown(than, unit)}");
        return Truths.Of(holds);
    }

    // A metric that was never measured may belong to a tier that is not configured: unknown, not missing.
    private Truth OfNoData(Condition.NoData noData)
    {
        if (!_inputs.Values.TryGetValue(noData.Metric, out var reading))
        {
            _because.Add($"{noData.Metric} was never measured");
            return Truth.Unknown;
        }

        var age = _now - reading.At;
        _seen[noData.Metric] = reading.Value;
        _because.Add($"{noData.Metric} was measured {OperandText.Shown(Math.Max(0, age.TotalMilliseconds), MetricUnit.Milliseconds)} ago");
        return Truths.Of(age >= noData.For);
    }

    private Truth OfAnomaly(Condition.Anomaly anomaly)
    {
        if (_inputs.Anomalies is not { } open)
        {
            _because.Add("anomalies are not looked for");
            return Truth.Unknown;
        }

        var worst = open
            .Where(found => (anomaly.Metric is null || found.Metric == anomaly.Metric) && anomaly.Comparison.Holds((int)found.Severity, (int)anomaly.Severity))
            .MaxBy(found => found.Severity);
        _because.Add(worst?.Sentence ?? $"no such anomaly{(anomaly.Metric is null ? "" : " of " + anomaly.Metric)}");
        return Truths.Of(worst is not null);
    }

    private double? Value(Operand operand) => operand switch
    {
        Operand.Literal literal => literal.Value,
        Operand.Metric metric => Fresh(metric.Name) * metric.Share,
        Operand.Limit limit => _inputs.Limits.TryGetValue(limit.Name, out var value) ? value * limit.Share : null,
        _ => _inputs.Answers.TryGetValue(operand, out var answer) && double.IsFinite(answer) ? answer : null,
    };

    private double? Fresh(string metric) =>
        _inputs.Values.TryGetValue(metric, out var reading) && double.IsFinite(reading.Value) && _now - reading.At <= _staleAfter ? reading.Value : null;
}
