using System.Text.Json.Serialization;

namespace CacheKeeper.Analytics.Reports;

/// <summary>The time a report is about: [From, To).</summary>
/// <param name="Name">day, week or month.</param>
internal sealed record ReportPeriod(string Name, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The time of the same length before it, which it is compared with.</summary>
    [JsonIgnore]
    public ReportPeriod Before => this with { From = From - (To - From), To = From };

    /// <summary>The day, week or month that ends there; null for another word. A month is a calendar month where it ends at the beginning of one.</summary>
    public static ReportPeriod? Of(string name, DateTimeOffset to) => name switch
    {
        "day" => new(name, to.AddDays(-1), to),
        "week" => new(name, to.AddDays(-7), to),
        "month" => new(name, to.AddMonths(-1), to),
        _ => null,
    };
}
