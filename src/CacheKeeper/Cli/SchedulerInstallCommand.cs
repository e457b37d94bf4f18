using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler install</c> and <c>uninstall</c>: start with the machine, by systemd where it runs, else by cron.</summary>
internal static class SchedulerInstallCommand
{
    private static readonly Option<bool> Print = new("--print") { Description = "Only show what would be written" };
    private static readonly Option<bool> Cron = new("--cron") { Description = "Use the crontab even where systemd runs" };

    public static Command Create()
    {
        var command = new Command("install", "Start with the machine: a systemd unit, or a marked block in the crontab") { Print, Cron };
        command.SetAction(InstallAsync);
        return command;
    }

    public static Command CreateUninstall()
    {
        var command = new Command("uninstall", "Take the unit or the crontab's block away; other lines stay as they are") { Cron };
        command.SetAction(UninstallAsync);
        return command;
    }

    private static async Task<int> InstallAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var bySystemd = InstallRunner.HasSystemd && !parsed.GetValue(Cron);
        if (bySystemd)
        {
            var unit = SystemdUnit.Text(InstallRunner.Quote([.. ProgramHost.CommandLine(), "run", .. Given(parsed)]), InstallRunner.IsUser);
            return parsed.GetValue(Print) ? Show($"# {InstallRunner.UnitFile}\n{unit}") : Tell(parsed, await InstallRunner.InstallUnitAsync(unit, cancellationToken));
        }

        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var block = CrontabBlock.Lines(keeper.Timetable, InstallRunner.Quote([.. ProgramHost.CommandLine(), "scheduler", "run", "--quiet", .. Given(parsed)]), TimeZoneInfo.Local.Id);
        if (parsed.GetValue(Print))
        {
            return Show(block);
        }

        var before = await InstallRunner.ReadCrontabAsync(cancellationToken);
        var after = CrontabBlock.With(before, block);
        if (after == before)
        {
            return Tell(parsed, "The crontab holds our block already.");
        }

        await InstallRunner.WriteCrontabAsync(after, cancellationToken);
        return Tell(parsed, "Our block stands in the crontab ('crontab -l' shows it).");
    }

    private static async Task<int> UninstallAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (InstallRunner.HasSystemd && !parsed.GetValue(Cron) && File.Exists(InstallRunner.UnitFile))
        {
            return Tell(parsed, await InstallRunner.RemoveUnitAsync(cancellationToken));
        }

        var before = await InstallRunner.ReadCrontabAsync(cancellationToken);
        var after = CrontabBlock.Without(before);
        if (after == before)
        {
            return Tell(parsed, "Nothing of ours was installed.");
        }

        await InstallRunner.WriteCrontabAsync(after, cancellationToken);
        return Tell(parsed, "Our block was taken out of the crontab.");
    }

    // Cron and systemd start elsewhere: paths are made absolute. Secrets come from the environment or the settings, never from here.
    private static IEnumerable<string> Given(ParseResult parsed)
    {
        if (SettingsStore.FindFile(parsed.GetValue(CommonOptions.Config)) is { } config)
        {
            yield return "--config";
            yield return Path.GetFullPath(config);
        }

        if (parsed.GetValue(CommonOptions.Project) is { } project)
        {
            yield return "--project";
            yield return project;
        }
    }

    private static int Show(string text)
    {
        TerminalHost.Say(text.TrimEnd('\n'));
        return ExitCode.Done;
    }

    private static int Tell(ParseResult parsed, string what)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Message = what });
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say(what);
        }

        return ExitCode.Done;
    }
}
