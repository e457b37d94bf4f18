using System.CommandLine;
using System.Runtime.InteropServices;

namespace CacheKeeper.Cli;

/// <summary><c>version</c>: which CacheKeeper this is, on what it runs, and of what it is made.</summary>
internal static class VersionCommand
{
    private static readonly Option<bool> Parts = new("--sbom") { Description = "What this build is made of: a CycloneDX document with each package's hash" };

    public static string Text => typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", "Which CacheKeeper this is") { Parts };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Parts))
        {
            var list = Path.Combine(AppContext.BaseDirectory, "cachekeeper.deps.json");
            TerminalHost.Json(File.Exists(list)
                ? BillOfMaterials.Of(await File.ReadAllTextAsync(list, cancellationToken), Text)
                : throw new KeeperException($"{list} is missing.", "It is part of every build; install again."));
        }
        else if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { version = Text, runtime = RuntimeInformation.FrameworkDescription, system = RuntimeInformation.OSDescription });
        }
        else
        {
            TerminalHost.Say($"CacheKeeper {Text} on {RuntimeInformation.FrameworkDescription}");
        }

        return ExitCode.Done;
    }
}
