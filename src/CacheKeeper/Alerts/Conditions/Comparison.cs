namespace CacheKeeper.Alerts.Conditions;

/// <summary>How two numbers are compared.</summary>
internal enum Comparison
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// <summary>Comparisons as signs and as questions.</summary>
internal static class Comparisons
{
    public static bool Holds(this Comparison comparison, double left, double right) => comparison switch
    {
        Comparison.Less => left < right,
        Comparison.LessOrEqual => left <= right,
        Comparison.Greater => left > right,
        Comparison.GreaterOrEqual => left >= right,
        Comparison.Equal => left.Equals(right),
        _ => !left.Equals(right),
    };

    public static string Sign(this Comparison comparison) => comparison switch
    {
        Comparison.Less => "<",
        Comparison.LessOrEqual => "≤",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => "≥",
        Comparison.Equal => "=",
        _ => "≠",
    };

    /// <summary>The same comparison said of the opposite outcome: "not below".</summary>
    public static string SignOfOpposite(this Comparison comparison) => comparison switch
    {
        Comparison.Less => "≥",
        Comparison.LessOrEqual => ">",
        Comparison.Greater => "≤",
        Comparison.GreaterOrEqual => "<",
        Comparison.Equal => "≠",
        _ => "=",
    };

    public static Comparison? Parse(string sign) => sign switch
    {
        "<" => Comparison.Less,
        "<=" or "≤" => Comparison.LessOrEqual,
        ">" => Comparison.Greater,
        ">=" or "≥" => Comparison.GreaterOrEqual,
        "=" or "==" => Comparison.Equal,
        "!=" or "≠" => Comparison.NotEqual,
        _ => null,
    };
}
