using System.CommandLine;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>debug bundle</c>: one archive for a bug report: versions, settings without secrets, status, the newest runs, the log's end; personal numbers marked.</summary>
internal static class DebugBundleCommand
{
    private const int NewestRuns = 200;
    private const int LogLines = 2000;
    private static readonly Option<string?> Output = new("--output") { Description = "Where to write it (default: cachekeeper-bundle-TIME.zip here)" };

    public static Command Create()
    {
        var command = new Command("bundle", "Write an archive for a bug report: no secrets, no content of entries") { Output };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var path = parsed.GetValue(Output) ?? $"cachekeeper-bundle-{now.UtcDateTime:yyyyMMdd-HHmmss}.zip";
        var daemon = DaemonStore.Of(keeper.Settings);
        var runs = await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Limit = NewestRuns }, cancellationToken);
        (string Name, string Text)[] parts =
        [
            ("version.json", Json(new { version = VersionCommand.Text, runtime = RuntimeInformation.FrameworkDescription, system = RuntimeInformation.OSDescription, written_at = now })),
            ("settings.json", Json(SettingsView.Of(keeper.Settings))),
            ("status.json", Json(SchedulerText.Json(await StatusService.ReadAsync(keeper, now, cancellationToken), daemon.FindRunning(), now))),
            ("runs.json", Json(runs.Select(run => new { run.Run, run.Job, run.StartedAt, run.EndedAt, run.Outcome, run.Reason, run.Counts }))),
            ("audit.json", Json(await keeper.Audit.VerifyAsync(cancellationToken))),
            ("log.txt", string.Join('\n', daemon.LastLog(LogLines))),
        ];
        await WriteAsync(path, parts, cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { path, parts = parts.Select(part => part.Name) });
        }
        else
        {
            TerminalHost.Say($"{path} holds {string.Join(", ", parts.Select(part => part.Name))}. Secrets are left out and personal numbers marked; look through it before you send it.");
        }

        return ExitCode.Done;
    }

    private static string Json(object document) => JsonSerializer.Serialize(document, TerminalHost.PrintedJson);

    private static async Task WriteAsync(string path, (string Name, string Text)[] parts, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using var archive = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var (name, text) in parts)
        {
            await using var entry = await archive.CreateEntry(name).OpenAsync(cancellationToken);
            await entry.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Redaction.Apply(text)), cancellationToken);
        }
    }
}
