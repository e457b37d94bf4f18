using System.CommandLine;
using System.Diagnostics;

namespace CacheKeeper.Cli;

/// <summary><c>analytics dashboard</c>: where the page is, opened in a browser with --open.</summary>
internal static class AnalyticsDashboardCommand
{
    private static readonly Option<bool> Open = new("--open") { Description = "Open it in this machine's browser" };

    public static Command Create()
    {
        var command = new Command("dashboard", "Says where the page is, and opens it") { Open };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var status = await StatusService.ReadAsync(keeper, keeper.Time.GetUtcNow(), cancellationToken);
        var url = status.Keepers.SelectMany(node => node.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault();
        if (url is null)
        {
            throw new KeeperException("No keeper is running, so there is no page.", "Start it: cachekeeper scheduler start.", ExitCode.Failed);
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Url = url });
        }
        else
        {
            TerminalHost.Say(url);
        }

        if (parsed.GetValue(Open))
        {
            using var browser = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
        }

        return ExitCode.Done;
    }
}
