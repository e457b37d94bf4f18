using System.Text.Json.Serialization;
using CacheKeeper.Client;

namespace CacheKeeper.Optimization.Advice;

/// <summary>One thing that could be done: what, why, on which evidence, what it should bring, what could go wrong, and how to do it.</summary>
internal sealed record Recommendation
{
    /// <summary>The same for the same advice in every analysis, such as <c>ttl:payments</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Which rule says so: ttl, freshness, placement, capacity, index, maintenance, statement.</summary>
    public required string Rule { get; init; }

    public required string What { get; init; }

    public required string Why { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    public Effect Expected { get; init; } = new();

    public required string Risk { get; init; }

    /// <summary>What to type, or the exact statement.</summary>
    public required string Command { get; init; }

    /// <summary>What it is worth, in USD a month: what orders the list. Staleness is priced in.</summary>
    public double Gain { get; init; }

    /// <summary>A rule of the operator's is broken as it is: stands before everything that only saves.</summary>
    public bool Demanded { get; init; }

    /// <summary>What a run would do; null means that a person has to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlannedAction? Action { get; init; }
}

/// <summary>What carries a recommendation out: a directive for the readers, or a statement of maintenance.</summary>
internal sealed record PlannedAction
{
    public TtlDirective? Directive { get; init; }

    /// <summary>The lifetime that holds now, for the comparison later.</summary>
    public double? SecondsBefore { get; init; }

    public MaintenanceStep? Maintenance { get; init; }
}

/// <summary>One piece of maintenance of one object.</summary>
/// <param name="Kind">analyze, vacuum or reindex.</param>
internal sealed record MaintenanceStep(string Kind, string Schema, string Name)
{
    /// <summary>The statement, identifiers quoted.</summary>
    public string Statement => Kind switch
    {
        "analyze" => $"ANALYZE {Quoted}",
        "vacuum" => $"VACUUM (ANALYZE) {Quoted}",
        _ => $"REINDEX INDEX CONCURRENTLY {Quoted}",
    };

    private string Quoted => $"\"{Schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
