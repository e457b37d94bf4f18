using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>Reads a condition's text against the metrics that exist; every mistake comes with its position.</summary>
/// <remarks>
/// <code>
/// rule      = any [ "given" any ]
/// any       = all { "or" all }
/// all       = held { "and" held }
/// held      = unary [ "for" time ]
/// unary     = "not" unary | "(" any ")" | predicate
/// predicate = "no_data(" metric "," time ")" | "anomaly(" [ metric "," ] "severity" sign level ")" | metric | operand sign operand [ "clear" operand ]
/// operand   = number [ unit ] | [ number "%" "of" ] ( metric | "limit" ) | "forecast(" metric "," time ")"
///           | ( "avg" | "min" | "max" | "change" ) "(" metric "," time ")" | "burn_rate(" metric "," share [ "," long [ "," short ] ] ")"
/// </code>
/// </remarks>
internal sealed class ConditionParser
{
    /// <summary>Longer conditions are refused.</summary>
    public const int LongestText = 2_000;

    private const int DeepestNesting = 40;

    private readonly TokenCursor _at;
    private readonly OperandParser _operands;
    private readonly List<ConditionError> _errors;
    private int _depth;
    private int _held;

    private ConditionParser(IReadOnlyList<Token> tokens, MetricCatalogue catalogue)
    {
        _errors = [];
        _at = new TokenCursor(tokens, _errors);
        _operands = new OperandParser(_at, catalogue);
    }

    /// <returns>The condition, or every mistake found (never both, never neither).</returns>
    public static (ParsedCondition? Condition, IReadOnlyList<ConditionError> Errors) Parse(string text, MetricCatalogue catalogue)
    {
        if (text.Length > LongestText)
        {
            return (null, [new ConditionError(LongestText, $"The condition is longer than {LongestText} characters.")]);
        }

        var (tokens, error) = Tokens.Of(text);
        return error is null ? new ConditionParser(tokens, catalogue).Rule(text) : (null, [error]);
    }

    private (ParsedCondition?, IReadOnlyList<ConditionError>) Rule(string text)
    {
        var root = Any();
        Condition? given = null;
        if (root is not null && _at.Take("given"))
        {
            given = Any();
        }

        if (_errors.Count == 0 && _at.Current.Kind != TokenKind.End)
        {
            _at.Fail($"'{_at.Current.Text}' is not expected here; 'and', 'or', 'for', 'clear' or the end would be.");
        }

        return _errors.Count == 0 && root is not null ? (new ParsedCondition(text, root, given), []) : (null, _errors);
    }

    private Condition? Any()
    {
        var left = All();
        while (left is not null && _at.Take("or"))
        {
            left = All() is { } right ? new Condition.Or(left, right) : null;
        }

        return left;
    }

    private Condition? All()
    {
        var left = HeldOne();
        while (left is not null && _at.Take("and"))
        {
            left = HeldOne() is { } right ? new Condition.And(left, right) : null;
        }

        return left;
    }

    private Condition? HeldOne()
    {
        var inner = Unary();
        if (inner is null || !_at.Take("for"))
        {
            return inner;
        }

        return _operands.Time() is { } time ? new Condition.Held(inner, time, ++_held) : null;
    }

    private Condition? Unary()
    {
        if (_depth == DeepestNesting)
        {
            return _at.Fail<Condition>($"Conditions nest at most {DeepestNesting} deep.");
        }

        _depth++;
        var condition = _at.Take("not") ? Unary() is { } inner ? new Condition.Not(inner) : null
            : _at.Take("(") ? Parenthesized()
            : Predicate();
        _depth--;
        return condition;
    }

    private Condition? Parenthesized() => Any() is { } inner && _at.Expect(")") ? inner : null;

    private Condition? Predicate() => _at.Current.Text switch
    {
        "no_data" => NoData(),
        "anomaly" => Anomaly(),
        _ => Comparison(),
    };

    private Condition.NoData? NoData()
    {
        _at.Next();
        return _at.Expect("(") && _operands.MetricName() is { } metric && _at.Expect(",") && _operands.Time() is { } time && _at.Expect(")")
            ? new Condition.NoData(metric.Name, time)
            : null;
    }

    private Condition.Anomaly? Anomaly()
    {
        _at.Next();
        if (!_at.Expect("("))
        {
            return null;
        }

        string? metric = null;
        if (_at.Current.Text != "severity")
        {
            metric = _operands.MetricName()?.Name;
            if (metric is null || !_at.Expect(","))
            {
                return null;
            }
        }

        return _at.Expect("severity") && Sign() is { } sign && Severity() is { } severity && _at.Expect(")") ? new Condition.Anomaly(metric, sign, severity) : null;
    }

    private AlertSeverity? Severity()
    {
        if (Enum.TryParse<AlertSeverity>(_at.Current.Text, ignoreCase: true, out var severity) && _at.Current.Kind == TokenKind.Word)
        {
            _at.Next();
            return severity;
        }

        _at.Fail("A severity is expected: info, warning or critical.");
        return null;
    }

    private Condition? Comparison()
    {
        var start = _at.Current;
        if (_operands.Parse(null) is not { } left)
        {
            return null;
        }

        if (Comparisons.Parse(_at.Current.Text) is null)
        {
            return left is { Operand: Operand.Metric { Share: 1 } flag, Unit: MetricUnit.Flag } ? new Condition.Flag(flag.Name)
                : Uncompared(start);
        }

        if (Sign() is not { } sign || _operands.Parse(left) is not { } right)
        {
            return null;
        }

        var clear = _at.Take("clear") ? _operands.Parse(left) : null;
        CheckClear(sign, right, clear);
        return new Condition.Compare(left.Operand, sign, right.Operand, clear?.Operand);
    }

    private Condition? Uncompared(Token start)
    {
        _at.Report(start.Position, $"'{start.Text}' must be compared: <, <=, >, >=, = or !=.");
        return null;
    }

    private Comparison? Sign()
    {
        var sign = Comparisons.Parse(_at.Current.Text);
        if (sign is null)
        {
            _at.Fail("A comparison is expected: <, <=, >, >=, = or !=.");
            return null;
        }

        _at.Next();
        return sign;
    }

    // A clear threshold inside the raising range would make the alert fire and resolve at the same value.
    private void CheckClear(Comparison sign, MeasuredOperand right, MeasuredOperand? clear)
    {
        if (clear is null)
        {
            return;
        }

        var wrong = (sign, right.Operand, clear.Operand) switch
        {
            (Conditions.Comparison.Equal or Conditions.Comparison.NotEqual, _, _) => "'clear' goes with <, <=, > or >= only.",
            (Conditions.Comparison.Less or Conditions.Comparison.LessOrEqual, Operand.Literal raise, Operand.Literal end) when end.Value < raise.Value => "'clear' must not be below the threshold that raises.",
            (Conditions.Comparison.Greater or Conditions.Comparison.GreaterOrEqual, Operand.Literal raise, Operand.Literal end) when end.Value > raise.Value => "'clear' must not be above the threshold that raises.",
            _ => null,
        };
        if (wrong is not null)
        {
            _errors.Add(new ConditionError(clear.Position, wrong));
        }
    }
}
