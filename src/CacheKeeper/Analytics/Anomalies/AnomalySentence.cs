using System.Globalization;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Says a finding in a sentence.</summary>
internal static class AnomalySentence
{
    private const int MostNames = 3;
    private static readonly TimeSpan Decade = TimeSpan.FromDays(3650);

    public static string For(AnomalyAlarm first, IReadOnlyList<AnomalyAlarm> followers, TimeSpan? oncePer)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{first.Series} {Verb(first.Leading)} at {first.At:yyyy-MM-dd HH:mm} UTC ({first.Value:0.####})");
        var rare = oncePer is { } period ? $", as it does once in {Describe(period)}" : "";
        var rest = followers.Count switch
        {
            0 => "",
            <= MostNames => $"; {string.Join(", ", followers.Select(alarm => alarm.Series))} followed",
            _ => $"; {string.Join(", ", followers.Take(MostNames).Select(alarm => alarm.Series))} and {followers.Count - MostNames} more followed",
        };
        return what + rare + rest + ".";
    }

    /// <summary>A period as people say it: "40 days", "6 hours", "more than ten years".</summary>
    public static string Describe(TimeSpan period) => period switch
    {
        _ when period >= Decade => "more than ten years",
        { TotalDays: >= 2 } => Invariant($"{period.TotalDays:0} days"),
        { TotalHours: >= 2 } => Invariant($"{period.TotalHours:0} hours"),
        _ => Invariant($"{Math.Max(1, period.TotalMinutes):0} minutes"),
    };

    private static string Verb(AnomalySignal signal) => signal switch
    {
        AnomalySignal.High => "was unusually high",
        AnomalySignal.Low => "was unusually low",
        AnomalySignal.Jump => "jumped",
        AnomalySignal.TimeOfDay => "was unusual for the time of day",
        AnomalySignal.TimeOfWeek => "was unusual for the time of week",
        AnomalySignal.ShortLevel or AnomalySignal.LongLevel => "moved to another level",
        AnomalySignal.ShortSpread or AnomalySignal.LongSpread => "became unsteady",
        _ => "became unusually still",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
