using System.Text.Json;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Something worth knowing about the cache, said once while it holds.</summary>
/// <param name="Subject">What it is about: a series, a tier, a category, an index.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Recommendations">What to do about it, the most useful first.</param>
internal sealed record Insight(
    InsightType Type, string Subject, FindingSeverity Severity, string Message,
    IReadOnlyList<InsightEvidence> Evidence, IReadOnlyList<string> Recommendations)
{
    /// <summary>Stable: the same matter always has the same id, whatever its figures.</summary>
    public string Id => $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(Type.ToString())}:{Subject}";
}

/// <summary>One figure an insight rests on.</summary>
/// <param name="Unit">As people read it: "entries", "bytes", "%", "days".</param>
internal sealed record InsightEvidence(string Name, double Value, string Unit);
