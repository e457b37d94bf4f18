using System.CommandLine;
using System.Diagnostics;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler stop</c>: ends the daemon; running jobs finish their batch and leave a receipt.</summary>
internal static class SchedulerStopCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var command = new Command("stop", "End the daemon; a running job finishes its batch first");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var stopped = await StopAsync(parsed, cancellationToken);
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(new { Running = false, Stopped = stopped });
            }
            else if (!SessionHost.Quiet(parsed))
            {
                TerminalHost.Say(stopped ? "CacheKeeper stopped." : "CacheKeeper does not run.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Ends the daemon of this state folder and waits for its end; false when none ran.</summary>
    public static async Task<bool> StopAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SessionHost.Settings(parsed);
        var daemon = DaemonStore.Of(settings);
        if (daemon.FindRunning() is not { } info)
        {
            return false;
        }

        using (var kill = Process.Start("kill", ["-TERM", info.ProcessId.ToString()]))
        {
            await kill.WaitForExitAsync(cancellationToken);
        }

        var (begun, patience) = (Stopwatch.GetTimestamp(), settings.Scheduling.StopWithin + Margin);
        while (daemon.FindRunning() is not null)
        {
            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                throw new KeeperException($"The daemon (process {info.ProcessId}) has not ended within {patience.TotalSeconds:0} s.", $"Look at {daemon.LogFile}.");
            }

            await Task.Delay(LookEvery, cancellationToken);
        }

        return true;
    }
}
