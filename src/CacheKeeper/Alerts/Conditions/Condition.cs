namespace CacheKeeper.Alerts.Conditions;

/// <summary>What a rule watches for, as a tree.</summary>
internal abstract record Condition
{
    internal sealed record And(Condition Left, Condition Right) : Condition;

    internal sealed record Or(Condition Left, Condition Right) : Condition;

    internal sealed record Not(Condition Inner) : Condition;

    /// <summary>True once <paramref name="Inner"/> has been true without interruption for a time; <paramref name="Id"/> names its memory within the condition.</summary>
    internal sealed record Held(Condition Inner, TimeSpan For, int Id) : Condition;

    /// <summary>Compares; while the alert fires it compares with <paramref name="Clear"/> instead of <paramref name="Right"/>.</summary>
    internal sealed record Compare(Operand Left, Comparison Comparison, Operand Right, Operand? Clear) : Condition;

    /// <summary>A metric that is true or false by itself.</summary>
    internal sealed record Flag(string Metric) : Condition;

    /// <summary>The metric has not been measured for so long.</summary>
    internal sealed record NoData(string Metric, TimeSpan For) : Condition;

    /// <summary>An open anomaly of at least (or exactly…) that severity, of one metric or of any.</summary>
    internal sealed record Anomaly(string? Metric, Comparison Comparison, AlertSeverity Severity) : Condition;
}
