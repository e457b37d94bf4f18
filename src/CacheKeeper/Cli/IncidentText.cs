using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>Incidents as commands show them.</summary>
internal static class IncidentText
{
    /// <summary>How one incident stands, in a line.</summary>
    public static string Line(Incident incident, DateTimeOffset now) => incident.IsOpen
        ? $"  {(incident.NeedsPerson ? "✘" : "!")} {incident.Key,-34} {RunRow.Word(incident.Phase),-12} for {Span(now - incident.OpenedAt)}: {incident.Because}{Next(incident)}   ({incident.Id})"
        : $"  ✔ {incident.Key,-34} recovered    after {Span(incident.ClosedAt!.Value - incident.OpenedAt)}, {incident.Attempts} {(incident.Attempts == 1 ? "try" : "tries")}   ({incident.Id})";

    /// <summary>Its timeline, a line each.</summary>
    public static IEnumerable<string> Timeline(IEnumerable<IncidentEvent> events) =>
        events.Select(line => $"      {line.At.UtcDateTime:MM-dd HH:mm:ss}Z  {RunRow.Word(line.Kind).Replace('_', ' '),-9} {line.Sentence}");

    private static string Next(Incident incident) => incident switch
    {
        { HeldBy.Length: > 0 } => $" Held back: {incident.HeldBy}",
        { Phase: IncidentPhase.Ineffective } => $" Not tried before {incident.NextAt.UtcDateTime:HH:mm}Z; a person is needed.",
        { NeedsPerson: true } => " A person is needed.",
        _ => "",
    };

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} d",
    };
}
