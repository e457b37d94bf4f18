using System.CommandLine;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup history</c>: what cleanups did, newest first, and which can be taken back.</summary>
internal static class CleanupHistoryCommand
{
    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = "How many runs", DefaultValueFactory = _ => 20 };
        var command = new Command("history", "What cleanups did, newest first, and which can be taken back") { limit };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(limit), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, int limit, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var all = await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Limit = 2000 }, cancellationToken);
        var runs = all.Where(run => run.Job.EndsWith("-cleanup", StringComparison.Ordinal) || run.Job is "undo" or "mem0-maintenance").Take(limit).ToList();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new JsonArray([.. runs.Select(RunOutputHost.ToJson)]));
            return ExitCode.Done;
        }

        var undone = all.Where(run => run.Undoes is not null && run.Outcome == RunOutcome.Done).Select(run => run.Undoes).ToHashSet();
        foreach (var run in runs)
        {
            var back = undone.Contains(run.Run) ? " It was undone." : run.UndoUntil > keeper.Time.GetUtcNow() ? $" It can be undone until {run.UndoUntil:yyyy-MM-dd}." : "";
            TerminalHost.Say($"{run.Run}  {run.StartedAt:yyyy-MM-dd HH:mm}  {run.Job,-16} {(run.Outcome is { } outcome ? RunRow.Word(outcome) : "running")}");
            TerminalHost.Tell($"    {run.Reason}{back}");
        }

        if (runs.Count == 0)
        {
            TerminalHost.Say("No cleanup has run yet. 'cachekeeper cleanup smart --dry-run' shows what one would do.");
        }

        return ExitCode.Done;
    }
}
