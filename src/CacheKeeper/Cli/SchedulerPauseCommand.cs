using System.CommandLine;
using System.Globalization;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler pause JOB</c> and <c>resume JOB</c>: holds a job back. Its times are recorded as skipped meanwhile.</summary>
internal static class SchedulerPauseCommand
{
    private static readonly Option<string?> Until = new("--until") { Description = "When it goes on by itself: a time such as 2026-12-01T08:00Z, or a duration such as 4h" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; shown in the status and in the ledger" };

    public static Command Create()
    {
        var job = SchedulerJobArgument.Create();
        var command = new Command("pause", "Hold a job back") { job, Until, Reason };
        command.SetAction((parsed, cancellationToken) => PauseAsync(parsed, parsed.GetRequiredValue(job), cancellationToken));
        return command;
    }

    public static Command CreateResume()
    {
        var job = SchedulerJobArgument.Create();
        var command = new Command("resume", "Let a paused job go on") { job };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            await keeper.SchedulerNotes.PauseAsync(parsed.GetRequiredValue(job), null, keeper.Time.GetUtcNow(), cancellationToken);
            return Tell(parsed, parsed.GetRequiredValue(job), null);
        });
        return command;
    }

    private static async Task<int> PauseAsync(ParseResult parsed, string job, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var pause = new Pause(now, UntilOf(parsed.GetValue(Until), now), parsed.GetValue(Reason) ?? "");
        await keeper.SchedulerNotes.PauseAsync(job, pause, now, cancellationToken);
        return Tell(parsed, job, pause);
    }

    private static DateTimeOffset? UntilOf(string? text, DateTimeOffset now)
    {
        var until = text is null ? (DateTimeOffset?)null
            : Duration.Parse(text) is { } duration ? now + duration
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw KeeperException.Usage($"--until {text} is no time.", "Write 2026-12-01T08:00Z, or a duration such as 4h or 2d.");
        return until <= now ? throw KeeperException.Usage($"--until {text} has passed.") : until;
    }

    private static int Tell(ParseResult parsed, string job, Pause? pause)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Job = job, Paused = pause is not null, Until = SchedulerText.Iso(pause?.Until), pause?.Reason });
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say(pause is null ? $"{job} goes on." : $"{job} is {pause.Words}.");
        }

        return ExitCode.Done;
    }
}
