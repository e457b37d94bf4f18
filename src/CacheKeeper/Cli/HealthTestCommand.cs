using System.CommandLine;
using CacheKeeper.Alerts;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Cli;

/// <summary><c>health test</c>: sends a marked drill through a channel and tells the receiver's answer.</summary>
internal static class HealthTestCommand
{
    private static readonly Argument<string> Channel = new("CHANNEL") { Description = "A channel of the settings, or log" };

    public static Command Create()
    {
        var command = new Command("test", "Send a marked drill through a channel, past no guard") { Channel };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        using var alerts = new AlertHost(keeper, NullLogger.Instance);
        var channel = parsed.GetValue(Channel)!;
        var result = await alerts.Service.TestAsync(keeper.Project, channel, cancellationToken);
        var delivered = result.Outcome == DeliveryOutcome.Delivered;
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { channel, delivered, result.Error });
        }
        else if (delivered)
        {
            TerminalHost.Say($"{channel} took the drill.");
        }
        else
        {
            TerminalHost.Fail($"{channel} did not take the drill: {result.Error}", "Mend the channel's settings; docs/alerts.md explains each.");
        }

        return delivered ? ExitCode.Done : ExitCode.Failed;
    }
}
