using System.CommandLine;
using System.Diagnostics;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler start</c> and <c>restart</c>: the daemon, detached from the terminal, its log in the state folder.</summary>
internal static class SchedulerStartCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // Detached: its own session where setsid is there, deaf to the terminal's hang-up in any case. Arguments stay arguments.
    private const string Detach = """log=$1; shift; trap "" HUP; if command -v setsid >/dev/null 2>&1; then setsid "$@" >>"$log" 2>&1 </dev/null & else "$@" >>"$log" 2>&1 </dev/null & fi""";

    public static Command Create()
    {
        var command = new Command("start", "Start the daemon in the background");
        command.SetAction(StartAsync);
        return command;
    }

    public static Command CreateRestart()
    {
        var command = new Command("restart", "Stop the daemon, if it runs, and start it");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await SchedulerStopCommand.StopAsync(parsed, cancellationToken);
            return await StartAsync(parsed, cancellationToken);
        });
        return command;
    }

    private static async Task<int> StartAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var daemon = DaemonStore.Of(SessionHost.Settings(parsed));
        if (daemon.FindRunning() is { } running)
        {
            return Tell(parsed, running, "runs already");
        }

        // The folder is made here, private, before the shell appends to a log in it.
        await (await SessionHost.OpenAsync(parsed, cancellationToken)).DisposeAsync();
        daemon.TurnLog();
        using var shell = Process.Start(Shell(parsed, daemon.LogFile)) ?? throw new KeeperException("The daemon could not be started.");
        await shell.WaitForExitAsync(cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Patience)
        {
            if (daemon.FindRunning() is { } started)
            {
                return Tell(parsed, started, "started");
            }

            await Task.Delay(LookEvery, cancellationToken);
        }

        throw new KeeperException($"The daemon did not start. Its last words:{Environment.NewLine}{string.Join(Environment.NewLine, daemon.LastLog(5))}", $"All of them are in {daemon.LogFile}; 'cachekeeper run' starts it in the foreground.");
    }

    private static ProcessStartInfo Shell(ParseResult parsed, string log)
    {
        string[] given = [.. Given("--config", parsed.GetValue(CommonOptions.Config) is { } config ? Path.GetFullPath(config) : null), .. Given("--project", parsed.GetValue(CommonOptions.Project))];
        return new ProcessStartInfo("/bin/sh", ["-c", Detach, "sh", log, .. ProgramHost.CommandLine(), "run", .. given]) { UseShellExecute = false };
    }

    private static string[] Given(string option, string? value) => value is null ? [] : [option, value];

    private static int Tell(ParseResult parsed, DaemonInfo info, string what)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Running = true, info.ProcessId, info.StartedAt, info.Urls });
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say($"CacheKeeper {what}: process {info.ProcessId}, {info.Urls}.");
        }

        return ExitCode.Done;
    }
}
