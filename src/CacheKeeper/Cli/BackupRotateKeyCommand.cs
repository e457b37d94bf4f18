using System.CommandLine;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Cli;

/// <summary><c>backup rotate-key</c>: a new key for the same backups.</summary>
internal static class BackupRotateKeyCommand
{
    public static Command Create()
    {
        var command = new Command("rotate-key", "Seal the backups' key under a new key; the backups themselves stay as they are");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var (id, advice) = await RepositoryHost.RotateKeyAsync(keeper.Settings.Backup, keeper.State, keeper.Project, keeper.Time, cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { KeyId = id, Advice = advice });
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say($"The backups of {keeper.Project} open with key {id} now. {advice}");
        }

        return ExitCode.Done;
    }
}
