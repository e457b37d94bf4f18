using System.CommandLine;
using CacheKeeper.Backup;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>backup create</c>: one restore point, read back before it counts.</summary>
internal static class BackupCreateCommand
{
    public static Command Create()
    {
        var tiers = BackupRunHost.TierOption();
        var dryRun = BackupRunHost.DryRunOption();
        var category = new Option<string?>("--category") { Description = "Only this category (exact name); such a backup does not count as the day's" };
        var whole = new Option<bool>("--whole") { Description = "Write everything anew instead of what changed since the last backup" };
        var shrink = new Option<bool>("--accept-shrink") { Description = "A tier may hold much less than in the last backup" };
        var command = new Command("create", "Back up all tiers and the keeper's own state, and read everything back") { tiers, category, whole, shrink, dryRun };
        command.SetAction((parsed, cancellationToken) =>
        {
            var request = new BackupRequest
            {
                Tiers = BackupRunHost.Tiers(parsed.GetValue(tiers)),
                Category = parsed.GetValue(category),
                Whole = parsed.GetValue(whole),
                AcceptShrink = parsed.GetValue(shrink),
            };

            // Only a backup of everything is the day's backup, for which the deep cleanup waits.
            var name = request.KindOfPoint == Backup.Format.PointKind.Backup ? FixedJobs.Backup : "backup-selection";
            return BackupRunHost.RunAsync(parsed, "Backing up", parsed.GetValue(dryRun), keeper => (new BackupJob(name, keeper.Backups, request, thenTend: false), null), run => run.Reason, cancellationToken);
        });
        return command;
    }
}
