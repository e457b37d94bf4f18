using System.Text.Json;
using System.Text.Json.Nodes;

namespace CacheKeeper.Scheduling;

/// <summary>A run as the ledger's columns hold it.</summary>
internal sealed class RunRow
{
    public string Run { get; set; } = "";
    public string Job { get; set; } = "";
    public string Project { get; set; } = "";
    public long? ScheduledAt { get; set; }
    public long StartedAt { get; set; }
    public long? EndedAt { get; set; }
    public string Node { get; set; } = "";
    public string TriggerKind { get; set; } = "";
    public long Token { get; set; }
    public string? Outcome { get; set; }
    public string Reason { get; set; } = "";
    public string? Inputs { get; set; }
    public string? Plan { get; set; }
    public string? Counts { get; set; }
    public string? Expected { get; set; }
    public string? Actual { get; set; }
    public long? UndoUntil { get; set; }
    public string? Undoes { get; set; }

    /// <summary>An enum's value as it is stored and printed.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static RunRow Of(RunRecord record) => new()
    {
        Run = record.Run,
        Job = record.Job,
        Project = record.Project,
        ScheduledAt = record.ScheduledAt?.ToUnixTimeMilliseconds(),
        StartedAt = record.StartedAt.ToUnixTimeMilliseconds(),
        EndedAt = record.EndedAt?.ToUnixTimeMilliseconds(),
        Node = record.Node,
        TriggerKind = Word(record.Trigger),
        Token = record.Token,
        Outcome = record.Outcome is { } outcome ? Word(outcome) : null,
        Reason = record.Reason,
    };

    public RunRecord ToRecord() => new()
    {
        Run = Run,
        Job = Job,
        Project = Project,
        ScheduledAt = Time(ScheduledAt),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(StartedAt),
        EndedAt = Time(EndedAt),
        Node = Node,
        Trigger = Value<RunTrigger>(TriggerKind),
        Token = Token,
        Outcome = Outcome is null ? null : Value<RunOutcome>(Outcome),
        Reason = Reason,
        Inputs = Parse(Inputs),
        Plan = Parse(Plan),
        Counts = Parse(Counts),
        Expected = Parse(Expected),
        Actual = Parse(Actual),
        UndoUntil = Time(UndoUntil),
        Undoes = Undoes,
    };

    private static T Value<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private static JsonNode? Parse(string? text) => text is null ? null : JsonNode.Parse(text);
}
