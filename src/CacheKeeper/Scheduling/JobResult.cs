using System.Text.Json.Nodes;

namespace CacheKeeper.Scheduling;

/// <summary>What a job hands back to be recorded: its outcome, the reason in a sentence, and the documents that explain it.</summary>
internal sealed record JobResult(RunOutcome Outcome, string Reason)
{
    public JsonNode? Inputs { get; init; }
    public JsonNode? Plan { get; init; }
    public JsonNode? Counts { get; init; }
    public JsonNode? Expected { get; init; }
    public JsonNode? Actual { get; init; }

    /// <summary>How many entries there were before it and after it, for the audit log; null when not known.</summary>
    public long? Before { get; init; }
    public long? After { get; init; }
    public DateTimeOffset? UndoUntil { get; init; }
    public string? Undoes { get; init; }

    public static JobResult NothingToDo(string reason) => new(RunOutcome.NothingToDo, reason);

    public static JobResult Refused(string reason) => new(RunOutcome.Refused, reason);
}
