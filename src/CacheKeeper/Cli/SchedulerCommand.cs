using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper scheduler</c>, a line each.</summary>
internal static class SchedulerCommand
{
    public static Command Create() => new("scheduler", "Runs the jobs by themselves; shows what ran, what comes and why")
    {
        SchedulerInitCommand.Create(),
        SchedulerInstallCommand.Create(),
        SchedulerInstallCommand.CreateUninstall(),
        SchedulerStartCommand.Create(),
        SchedulerStopCommand.Create(),
        SchedulerStartCommand.CreateRestart(),
        SchedulerStatusCommand.Create(),
        SchedulerRunCommand.Create(),
        SchedulerPauseCommand.Create(),
        SchedulerPauseCommand.CreateResume(),
        SchedulerFreezeCommand.Create(),
        SchedulerFreezeCommand.CreateUnfreeze(),
        SchedulerNextCommand.Create(),
        SchedulerHistoryCommand.Create(),
    };
}
