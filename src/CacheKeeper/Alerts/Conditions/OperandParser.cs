using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>An operand with what it measures; <paramref name="Metric"/> is the metric it is about, if any, and <paramref name="Unit"/> is null for a bare number.</summary>
internal sealed record MeasuredOperand(Operand Operand, MetricUnit? Unit, string? Metric, int Position);

/// <summary>Reads the numbers, metrics and functions of a condition and holds them to each other's units.</summary>
internal sealed class OperandParser(TokenCursor at, MetricCatalogue catalogue)
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(400);
    private static readonly TimeSpan DefaultLongWindow = TimeSpan.FromHours(1);
    private const int ShortWindowShare = 12;

    /// <summary>Reads an operand; one on the right or after "clear" is held to the unit of <paramref name="left"/>.</summary>
    /// <returns>Null after a mistake that makes going on senseless.</returns>
    public MeasuredOperand? Parse(MeasuredOperand? left) => at.Current switch
    {
        { Kind: TokenKind.Number } => Literal(left),
        { Kind: TokenKind.Sign, Text: "-" } => Literal(left),
        { Kind: TokenKind.Word } => Fitting(Named(left, 1), left),
        { Kind: TokenKind.End } => at.Fail<MeasuredOperand>("A metric or a number is missing."),
        var other => at.Fail<MeasuredOperand>($"A metric or a number is expected, not '{other.Text}'."),
    };

    /// <summary>Reads a metric's name; unknown names are reported with the nearest known one, and reading goes on.</summary>
    public MetricDefinition? MetricName()
    {
        var token = at.Current;
        if (token.Kind != TokenKind.Word)
        {
            return at.Fail<MetricDefinition>(token.Kind == TokenKind.End ? "A metric is missing." : $"A metric is expected, not '{token.Text}'.");
        }

        at.Next();
        if (catalogue.Find(token.Text) is { } known)
        {
            return known;
        }

        var nearest = catalogue.Nearest(token.Text);
        at.Report(token.Position, $"There is no metric '{Shortened(token.Text)}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
        return new MetricDefinition(token.Text, MetricUnit.Count, "");
    }

    /// <summary>Reads a length of time such as 5m.</summary>
    public TimeSpan? Time()
    {
        var position = at.Current.Position;
        if (Number() is not { } quantity)
        {
            return null;
        }

        if (quantity.Dimension == Dimension.Time && quantity.Value > 0 && quantity.Value <= LongestTime.TotalMilliseconds)
        {
            return TimeSpan.FromMilliseconds(quantity.Value);
        }

        at.Report(position, "A length of time is expected, such as 30s, 5m, 4h or 7d (at most 400d).");
        return null;
    }

    private MeasuredOperand? Literal(MeasuredOperand? left)
    {
        var position = at.Current.Position;
        if (Number() is not { } quantity)
        {
            return null;
        }

        if (quantity.Dimension == Dimension.Percent && at.Take("of"))
        {
            return Fitting(Named(left, quantity.Value), left);
        }

        if (left is { Unit: { } unit } && !IsUnknown(left) && quantity.Misfit(left.Metric ?? "this", unit) is { } misfit)
        {
            at.Report(position, misfit);
        }

        return new MeasuredOperand(new Operand.Literal(quantity.Value), null, null, position);
    }

    private MeasuredOperand? Named(MeasuredOperand? left, double share) => at.Current.Text switch
    {
        "limit" => Limit(left, share),
        "forecast" when share == 1 => Timed((metric, time) => new Operand.Forecast(metric, time)),
        "avg" when share == 1 => Timed((metric, time) => new Operand.Windowed(WindowFunction.Avg, metric, time)),
        "min" when share == 1 => Timed((metric, time) => new Operand.Windowed(WindowFunction.Min, metric, time)),
        "max" when share == 1 => Timed((metric, time) => new Operand.Windowed(WindowFunction.Max, metric, time)),
        "change" when share == 1 => Timed((metric, time) => new Operand.Windowed(WindowFunction.Change, metric, time)),
        "burn_rate" when share == 1 => BurnRate(),
        _ => Metric(share),
    };

    private MeasuredOperand? Metric(double share)
    {
        var position = at.Current.Position;
        return MetricName() is { } metric ? new MeasuredOperand(new Operand.Metric(metric.Name, share), metric.Unit, metric.Name, position) : null;
    }

    private MeasuredOperand? Limit(MeasuredOperand? left, double share)
    {
        if (left?.Metric is not { } metric)
        {
            return at.Fail<MeasuredOperand>("'limit' stands on the right of a metric.");
        }

        var position = at.Current.Position;
        at.Next();
        return new MeasuredOperand(new Operand.Limit(metric, share), left.Unit, metric, position);
    }

    private MeasuredOperand? Timed(Func<string, TimeSpan, Operand> create)
    {
        var position = at.Current.Position;
        at.Next();
        return at.Expect("(") && MetricName() is { } metric && at.Expect(",") && Time() is { } time && at.Expect(")")
            ? new MeasuredOperand(create(metric.Name, time), metric.Unit, metric.Name, position)
            : null;
    }

    private MeasuredOperand? BurnRate()
    {
        var position = at.Current.Position;
        at.Next();
        if (!at.Expect("(") || MetricName() is not { } metric || !at.Expect(",") || Objective(metric) is not { } objective)
        {
            return null;
        }

        var longWindow = at.Take(",") ? Time() : DefaultLongWindow;
        var shortWindow = longWindow is not null && at.Take(",") ? Time() : longWindow / ShortWindowShare;
        return longWindow is { } slow && shortWindow is { } fast && at.Expect(")")
            ? new MeasuredOperand(new Operand.BurnRate(metric.Name, objective, slow, fast), MetricUnit.Count, "burn_rate", position)
            : null;
    }

    private double? Objective(MetricDefinition metric)
    {
        var position = at.Current.Position;
        if (metric.Unit != MetricUnit.Ratio && metric.Meaning.Length > 0)
        {
            at.Report(position, $"burn_rate needs a ratio of good to all; {metric.Name} is none.");
        }

        if (Number() is not { } quantity)
        {
            return null;
        }

        if (quantity.Dimension is Dimension.Percent or Dimension.Plain && quantity.Value is > 0 and < 1)
        {
            return quantity.Value;
        }

        at.Report(position, "An objective is expected, such as 99.9% (below 100%).");
        return null;
    }

    private MeasuredOperand? Fitting(MeasuredOperand? right, MeasuredOperand? left)
    {
        if (right is not null && left is { Unit: { } wanted } && right.Unit != wanted && !IsUnknown(left) && !IsUnknown(right))
        {
            at.Report(right.Position, $"{right.Metric} is measured in another unit than {left.Metric}.");
        }

        return right;
    }

    private Quantity? Number()
    {
        var negative = at.Take("-");
        var token = at.Current;
        if (token.Kind != TokenKind.Number)
        {
            at.Fail(token.Kind == TokenKind.End ? "A number is missing." : $"A number is expected, not '{token.Text}'.");
            return null;
        }

        at.Next();
        var value = double.Parse(token.Text) * (negative ? -1 : 1);
        if (!double.IsFinite(value))
        {
            at.Report(token.Position, "The number is too large.");
            return null;
        }

        return WithUnit(new Quantity(value, Dimension.Plain, token.Position));
    }

    private Quantity? WithUnit(Quantity plain)
    {
        if (at.Take("%"))
        {
            return plain with { Value = plain.Value / 100, Dimension = Dimension.Percent };
        }

        var perTime = at.Take("/");
        var converted = perTime ? plain.Per(at.Current.Text) : plain.In(at.Current.Text);
        if (converted is not null)
        {
            at.Next();
            return converted;
        }

        if (perTime)
        {
            at.Fail("A unit of time is expected after '/', such as h, min or s.");
            return null;
        }

        return plain;
    }

    // A name already reported as unknown has no unit to be held to.
    private bool IsUnknown(MeasuredOperand operand) => operand.Metric is { } name && name != "burn_rate" && catalogue.Find(name) is null;

    private static string Shortened(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
