using System.CommandLine;
using System.Runtime.InteropServices;

namespace CacheKeeper.Cli;

/// <summary><c>version</c>: which CacheKeeper this is, and on what it runs.</summary>
internal static class VersionCommand
{
    public static string Text => typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", "Which CacheKeeper this is");
        command.SetAction(parsed =>
        {
            if (SessionHost.Json(parsed))
            {
                TerminalHost.Json(new { version = Text, runtime = RuntimeInformation.FrameworkDescription, system = RuntimeInformation.OSDescription });
            }
            else
            {
                TerminalHost.Say($"CacheKeeper {Text} on {RuntimeInformation.FrameworkDescription}");
            }
        });
        return command;
    }
}
