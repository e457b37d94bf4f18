using System.CommandLine;
using CacheKeeper.Backup;

namespace CacheKeeper.Cli;

/// <summary><c>backup drill [ID]</c>: restores into scratch places and compares.</summary>
internal static class BackupDrillCommand
{
    public static Command Create()
    {
        var point = new Argument<string?>("id") { Description = "A restore point (default: the latest)", Arity = ArgumentArity.ZeroOrOne };
        var dryRun = BackupRunHost.DryRunOption();
        var command = new Command("drill", "Restore a backup into scratch places and compare: the proof that it restores") { point, dryRun };
        command.SetAction((parsed, cancellationToken) => BackupRunHost.RunAsync(parsed, "Drill", parsed.GetValue(dryRun), keeper => (new DrillJob(keeper.Backups, parsed.GetValue(point)), null), run => run.Reason, cancellationToken));
        return command;
    }
}
