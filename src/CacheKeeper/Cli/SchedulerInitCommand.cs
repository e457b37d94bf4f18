using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler init</c>: makes the state, checks the settings of every project, prints the timetable.</summary>
internal static class SchedulerInitCommand
{
    public static Command Create()
    {
        var command = new Command("init", "Create the state, check the settings, print the timetable");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (config, only) = (parsed.GetValue(CommonOptions.Config), parsed.GetValue(CommonOptions.Project));
        await using var projects = await ProjectsHost.OpenAsync(config, only, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cancellationToken);
        var now = projects.Time.GetUtcNow();
        foreach (var keeper in projects.All)
        {
            await keeper.SchedulerNotes.MarkAsync(keeper.Timetable, now, cancellationToken);
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(projects.All.Select(keeper => new { keeper.Project, Tiers = keeper.Tiers.Select(tier => tier.Name), Jobs = keeper.Timetable.Select(job => new { Job = job.Name, Cron = job.Schedule.Text, TimeZone = job.Schedule.Zone.Id, job.Available, job.Settings.Enabled, Next = SchedulerText.Iso(job.Fires ? job.Schedule.Next(now) : null) }) }));
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say(string.Join("\n\n", projects.All.Select(keeper => Timetable(keeper, now))) + $"\n\nThe state is {(projects.State.IsPostgres ? "on PostgreSQL" : "in " + projects.State.Location.Directory)}. → 'cachekeeper scheduler start' starts the daemon, 'cachekeeper scheduler install' starts it with the machine.");
        }

        return ExitCode.Done;
    }

    private static string Timetable(KeeperHost keeper, DateTimeOffset now)
    {
        var tiers = keeper.Tiers.Count == 0 ? "no tier is configured" : string.Join(", ", keeper.Tiers.Select(tier => Tiers.TierNames.Word(tier.Name)));
        var lines = keeper.Timetable.Select(job => $"  {job.Name,-26}{job.Schedule.Text,-14}{(job.Fires ? SchedulerText.Time(job.Schedule.Next(now) ?? now, job) : job.Available ? "off" : "not available"),-19}{job.Definition.Description}");
        return $"{keeper.Project} ({tiers})\n{string.Join("\n", lines)}";
    }
}
