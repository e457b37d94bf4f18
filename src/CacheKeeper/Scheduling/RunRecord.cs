using System.Text.Json.Nodes;

namespace CacheKeeper.Scheduling;

/// <summary>One run of a job as the ledger keeps it. <see cref="Outcome"/> and <see cref="EndedAt"/> are null while it runs.</summary>
internal sealed record RunRecord
{
    public required string Run { get; init; }
    public required string Job { get; init; }
    public required string Project { get; init; }

    /// <summary>The time the schedule named; null for runs started by hand.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required string Node { get; init; }
    public required RunTrigger Trigger { get; init; }

    /// <summary>The fencing token under which it ran.</summary>
    public long Token { get; init; }
    public RunOutcome? Outcome { get; init; }
    public string Reason { get; init; } = "";

    /// <summary>What the decision saw (snapshot, policy), so that it can be recomputed.</summary>
    public JsonNode? Inputs { get; init; }
    public JsonNode? Plan { get; init; }
    public JsonNode? Counts { get; init; }
    public JsonNode? Expected { get; init; }
    public JsonNode? Actual { get; init; }
    public DateTimeOffset? UndoUntil { get; init; }

    /// <summary>The run that this one took back, if it is an undo.</summary>
    public string? Undoes { get; init; }

    /// <summary>The record as it stands when the run has ended so.</summary>
    public RunRecord Ended(JobResult result, DateTimeOffset endedAt) => this with
    {
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(endedAt.ToUnixTimeMilliseconds()),
        Outcome = result.Outcome,
        Reason = result.Reason,
        Inputs = result.Inputs,
        Plan = result.Plan,
        Counts = result.Counts,
        Expected = result.Expected,
        Actual = result.Actual,
        UndoUntil = result.UndoUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds()) : null,
        Undoes = result.Undoes,
    };
}
