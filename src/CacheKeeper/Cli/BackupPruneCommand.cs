using System.CommandLine;
using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>backup prune</c>: removes restore points that no rule keeps.</summary>
internal static class BackupPruneCommand
{
    public static Command Create()
    {
        var dryRun = BackupRunHost.DryRunOption();
        var command = new Command("prune", "Remove restore points that no rule keeps (backup.keep), and say why each stays or goes") { dryRun };
        command.SetAction((parsed, cancellationToken) => BackupRunHost.RunAsync(parsed, "Pruning", parsed.GetValue(dryRun), keeper => (new PruneJob(keeper.Backups), null), Text, cancellationToken));
        return command;
    }

    private static string Text(RunRecord run) => string.Join('\n', (run.Plan?["points"] as JsonArray ?? [])
        .Select(point => $"  {(point!["keep"]!.GetValue<bool>() ? "keep  " : "remove")}  {point["point"]}  {string.Join(", ", point["reasons"]!.AsArray())}").Append(run.Reason));
}
