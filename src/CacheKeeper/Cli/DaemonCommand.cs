using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CacheKeeper.Cli;

/// <summary><c>run</c>: the daemon in the foreground. Ctrl-C or SIGTERM ends it at the next batch.</summary>
internal static class DaemonCommand
{
    private static readonly Option<string?> Urls = new("--urls") { Description = "Where the page and the API listen (default: web.urls, http://127.0.0.1:8420)" };

    public static Command Create()
    {
        var command = new Command("run", "Keep the caches: scheduler, page and API, in the foreground") { Urls };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SettingsStore.LoadAll(parsed.GetValue(CommonOptions.Config), parsed.GetValue(CommonOptions.Project));
        var daemon = DaemonStore.Of(settings[0]);
        await using var taken = daemon.TryTake() ?? throw Running(daemon);
        using var logs = LoggerFactory.Create(DescribeLogs);
        await using var projects = await ProjectsHost.OpenAsync(settings, TimeProvider.System, logs, cancellationToken);

        // A closed terminal is no reason to stop keeping.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        await using var app = DaemonHost.Create(projects, parsed.GetValue(Urls) ?? settings[0].Web.Urls, logs);
        await StartAsync(app, cancellationToken);
        var urls = string.Join(';', app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
        daemon.Write(new DaemonInfo(Environment.ProcessId, TimeProvider.System.GetUtcNow(), urls));
        TerminalHost.Remark($"CacheKeeper keeps {string.Join(", ", projects.All.Select(keeper => keeper.Project))} and listens on {urls}. Ctrl-C ends it.");
        await app.WaitForShutdownAsync(cancellationToken);
        TerminalHost.Remark("Stopped.");
        return ExitCode.Done;
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new KeeperException($"The page cannot listen: {e.Message}", "Choose other addresses with --urls, web.urls or CACHEKEEPER_URLS.", ExitCode.Failed, e);
        }
    }

    private static KeeperException Running(DaemonStore daemon) => new(
        daemon.FindRunning() is { } info ? $"A keeper runs already (process {info.ProcessId}, {info.Urls})." : "A keeper runs already in this state folder.",
        "'cachekeeper scheduler status' shows it, 'cachekeeper scheduler stop' ends it.",
        ExitCode.Busy);

    private static void DescribeLogs(ILoggingBuilder logs)
    {
        logs.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-dd HH:mm:ss'Z' ", true));
        logs.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logs.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
    }
}
