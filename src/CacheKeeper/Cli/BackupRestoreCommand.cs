using System.CommandLine;
using System.Globalization;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>backup restore [ID|latest]</c>: previews, copies what stands, restores.</summary>
internal static class BackupRestoreCommand
{
    public static Command Create()
    {
        var point = new Argument<string?>("id") { Description = "A restore point (default: the latest)", Arity = ArgumentArity.ZeroOrOne };
        var at = new Option<string?>("--at") { Description = "The last one begun at or before this time (ISO 8601; UTC when no zone is named)" };
        var tiers = BackupRunHost.TierOption();
        var category = new Option<string?>("--category") { Description = "Only this category (exact name)" };
        var only = new Option<bool>("--only-missing") { Description = "Add what is missing, leave everything that stands" };
        var exact = new Option<bool>("--exact") { Description = "Also remove what came since the backup" };
        var to = new Option<string?>("--to") { Description = "Take it out into files in this folder instead of the tiers" };
        var other = new Option<bool>("--allow-other-database") { Description = "Another database than the one backed up may answer" };
        var without = new Option<bool>("--without-safety-copy") { Description = "Do not copy first what stands now" };
        var wait = new Option<bool>("--readers-may-wait") { Description = "Lock an empty table while it is filled: faster, and its readers wait" };
        var share = new Option<string?>("--allow-share") { Description = "Let --exact remove up to this share of a tier, such as 50%" };
        var dryRun = BackupRunHost.DryRunOption();
        var command = new Command("restore", "Show what a restore would do, copy what stands now, restore") { point, at, tiers, category, only, exact, to, other, without, wait, share, dryRun };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(only) && parsed.GetValue(exact))
            {
                throw KeeperException.Usage("--only-missing and --exact exclude each other.");
            }

            var request = new RestoreRequest
            {
                Point = parsed.GetValue(point),
                At = Instant(parsed.GetValue(at)),
                Tiers = BackupRunHost.Tiers(parsed.GetValue(tiers)),
                Category = parsed.GetValue(category),
                Aim = parsed.GetValue(only) ? RestoreAim.OnlyMissing : parsed.GetValue(exact) ? RestoreAim.Exact : RestoreAim.PutBack,
                Folder = parsed.GetValue(to),
                AllowOtherDatabase = parsed.GetValue(other),
                WithoutSafetyCopy = parsed.GetValue(without),
                ReadersMayWait = parsed.GetValue(wait),
                AllowShare = parsed.GetValue(share) is { } text ? Share.Parse(text) ?? throw KeeperException.Usage($"--allow-share {text} is no share.", "It looks like 50% or 0.5.") : null,
            };
            return BackupRunHost.RunAsync(parsed, "Restoring", parsed.GetValue(dryRun), keeper => (new RestoreJob(keeper.Backups, request), null), run => run.Reason, cancellationToken);
        });
        return command;
    }

    private static DateTimeOffset? Instant(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant
        : throw KeeperException.Usage($"--at {text} is no time.", "It looks like 2026-11-24T01:00Z.");
}
