using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>Prints what a changing command did: the fixed JSON shape, or sentences.</summary>
internal static class RunOutputHost
{
    /// <summary>Prints the run and returns the command's exit code.</summary>
    public static int Print(RunRecord run, bool json, bool quiet, Func<RunRecord, string> text)
    {
        if (json)
        {
            TerminalHost.Json(ToJson(run));
        }
        else if (run.Outcome is RunOutcome.Refused or RunOutcome.Failed)
        {
            TerminalHost.Fail(run.Reason, "");
        }
        else if (!quiet)
        {
            TerminalHost.Tell(text(run));
        }

        return SessionHost.ExitCodeOf(run.Outcome);
    }

    public static JsonObject ToJson(RunRecord run) => new()
    {
        ["run"] = run.Run,
        ["job"] = run.Job,
        ["project"] = run.Project,
        ["outcome"] = run.Outcome is { } outcome ? RunRow.Word(outcome) : null,
        ["reason"] = run.Reason,
        ["plan"] = run.Plan?.DeepClone(),
        ["counts"] = run.Counts?.DeepClone(),
        ["expected"] = run.Expected?.DeepClone(),
        ["actual"] = run.Actual?.DeepClone(),
        ["undo_until"] = run.UndoUntil?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"),
        ["undoes"] = run.Undoes,
        ["started_at"] = run.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
        ["ended_at"] = run.EndedAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
    };
}
