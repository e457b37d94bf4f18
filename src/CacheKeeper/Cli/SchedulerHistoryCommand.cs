using System.CommandLine;
using System.Globalization;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler history</c>: the run ledger.</summary>
internal static class SchedulerHistoryCommand
{
    private static readonly Option<string?> Job = new("--job") { Description = "Only this job" };
    private static readonly Option<string?> Since = new("--since") { Description = "Only runs since then: a time, or a duration such as 24h" };
    private static readonly Option<RunOutcome?> Outcome = new("--outcome")
    {
        Description = "Only this outcome: done, nothing_to_do, degraded, refused, failed, interrupted, dry_run, skipped",
        CustomParser = result => ParseOutcome(result.Tokens[0].Value) ?? Refuse(result),
    };
    private static readonly Option<int> Limit = new("--limit") { Description = "How many, the newest first", DefaultValueFactory = _ => 50 };

    public static Command Create()
    {
        var command = new Command("history", "Show what ran, what was skipped and why") { Job, Since, Outcome, Limit };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var filter = new RunFilter
        {
            Project = keeper.Project,
            Job = parsed.GetValue(Job),
            Since = SinceOf(parsed.GetValue(Since), keeper.Time.GetUtcNow()),
            Outcome = parsed.GetValue(Outcome),
            Limit = Math.Clamp(parsed.GetValue(Limit), 1, 100_000),
        };
        var runs = await keeper.Runs.ListAsync(filter, cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(runs.Select(ToJson));
            return ExitCode.Done;
        }

        foreach (var run in runs.Reverse())
        {
            TerminalHost.Say($"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {run.Run,-22} {run.Job,-25} {(run.Outcome is { } outcome ? RunRow.Word(outcome) : "running"),-13} {run.Reason}");
        }

        if (runs.Count == 0)
        {
            TerminalHost.Remark("Nothing is recorded that matches.");
        }

        return ExitCode.Done;
    }

    private static object ToJson(RunRecord run) => new
    {
        run.Run,
        run.Job,
        run.Project,
        ScheduledAt = SchedulerText.Iso(run.ScheduledAt),
        StartedAt = run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        EndedAt = run.EndedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        run.Node,
        run.Trigger,
        run.Outcome,
        run.Reason,
        run.Counts,
    };

    private static DateTimeOffset? SinceOf(string? text, DateTimeOffset now) => text is null ? null
        : Duration.Parse(text) is { } duration ? now - duration
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw KeeperException.Usage($"--since {text} is no time.", "Write 2026-11-01, 2026-11-01T08:00Z, or a duration such as 24h or 7d.");

    private static RunOutcome? ParseOutcome(string word) => Enum.GetValues<RunOutcome>().Where(outcome => RunRow.Word(outcome) == word).Select(outcome => (RunOutcome?)outcome).FirstOrDefault();

    private static RunOutcome? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"There is no outcome '{result.Tokens[0].Value}'. Outcomes are {string.Join(", ", Enum.GetValues<RunOutcome>().Select(RunRow.Word))}.");
        return null;
    }
}
