using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler next</c>: the coming times of all jobs, with what is already known to become of each.</summary>
internal static class SchedulerNextCommand
{
    private static readonly Option<int> Count = new("--count") { Description = "How many", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("next", "Show what comes") { Count };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Count) is < 1 or > 10_000)
        {
            throw KeeperException.Usage("--count is a number from 1 to 10000.");
        }

        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var (notes, now) = (keeper.SchedulerNotes, keeper.Time.GetUtcNow());
        var coming = ComingFirings.Of(keeper.Timetable, await notes.RhythmsAsync(cancellationToken), await notes.MovesAsync(cancellationToken), await notes.PausesAsync(cancellationToken), keeper.Settings.Scheduling, now)
            .Take(parsed.GetValue(Count)).ToList();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(coming.Select(one => new { Job = one.Job.Name, ScheduledAt = SchedulerText.Iso(one.ScheduledAt), StartsAt = SchedulerText.Iso(one.StartsAt), one.Remark }));
            return ExitCode.Done;
        }

        foreach (var one in coming)
        {
            TerminalHost.Say($"{SchedulerText.Time(one.StartsAt, one.Job),-18} {one.Job.Name,-26}{one.Remark}".TrimEnd());
        }

        return ExitCode.Done;
    }
}
