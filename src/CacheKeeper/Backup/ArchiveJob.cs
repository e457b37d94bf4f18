using System.Text.Json.Nodes;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>
/// Moves rows that nobody used for long into an archive: a restore point of their own, read back before a row goes, kept by retention, searched and restored
/// like any other. A row that was read or written meanwhile stays. Never more than a share of the table in one run; the longest unused go first.
/// </summary>
internal sealed class ArchiveJob(BackupParts parts, PostgresTier? tier, string stateSchema, TimeProvider time) : IMonthlyJob
{
    private const int Batch = 500;
    private const int MostRows = 200_000;

    public string Name => "entry archive";

    public IReadOnlyList<string> Resources => [BackupParts.Resource, "tier:" + TierName.Postgresql.Word()];

    public JobEffect Effect => JobEffect.Removes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (tier is null || parts.Tier(TierName.Postgresql.Word()) is not { } copy)
        {
            return JobResult.NothingToDo("PostgreSQL is not configured: there is nothing to archive.");
        }

        var before = context.StartedAt - parts.Policy.ArchiveUnusedFor;
        var (unused, all) = await UnusedAsync(context, before, cancellationToken);
        var wanted = unused.Take((int)Math.Min(MostRows, Math.Floor(all * parts.Policy.MaxShare))).ToList();
        var plan = new JsonObject { ["unused_since"] = before.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"), ["rows"] = all, ["unused"] = unused.Count, ["archived"] = wanted.Count };
        if (wanted.Count == 0 || context.DryRun)
        {
            var said = unused.Count == 0 ? $"None of {all:N0} rows was unused for {parts.Policy.ArchiveUnusedFor.TotalDays:0} days." : $"Would archive {wanted.Count:N0} of {unused.Count:N0} rows unused since {before:yyyy-MM-dd}.";
            return new JobResult(context.DryRun ? RunOutcome.DryRun : RunOutcome.NothingToDo, said) { Plan = plan };
        }

        await using var repository = await parts.OpenAsync(create: true, cancellationToken);
        var ids = wanted.Select(head => head.Id).ToHashSet();
        var runner = new BackupRunner(repository, [new ChosenCopyTier(copy, ids), .. parts.Tiers.Where(one => one.Name == DictionaryCopyTier.Word)], parts.Policy, stateSchema, time);
        var made = await runner.RunAsync(new BackupRequest { Kind = PointKind.Archive, Whole = true }, context.Project, context.Run, (share, text) => context.Progress(share / 2, text), cancellationToken);
        if (!made.Point.IsComplete)
        {
            return new JobResult(RunOutcome.Failed, "The archive is not whole, so no row was removed. " + string.Join(" ", made.Point.Parts.Select(part => part.Reason))) { Plan = plan };
        }

        var removed = await RemoveAsync(wanted, context, cancellationToken);
        var archived = made.Point.Part(copy.Name)!.Entries;
        var freed = wanted.Sum(head => head.Bytes);
        return new JobResult(RunOutcome.Done, $"Archived {archived:N0} rows unused since {before:yyyy-MM-dd} in {made.Point.Id} ({BackupText.Size(made.StoredBytes)} for {BackupText.Size(freed)}) and removed {removed:N0}; 'cachekeeper backup restore {made.Point.Id} --only-missing' brings them back.")
        {
            Plan = plan,
            Counts = new JsonObject { ["archived"] = archived, ["removed"] = removed, ["left"] = wanted.Count - removed, ["stored_bytes"] = made.StoredBytes, ["bytes"] = freed },
            Actual = new JsonObject { ["point"] = made.Point.Id },
        };
    }

    private async Task<(List<EntryHead> Unused, long All)> UnusedAsync(JobContext context, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (unused, all) = (new List<EntryHead>(), 0L);
        await foreach (var page in tier!.ScanAsync(new EntryFilter(new TierScope(context.Project)) { AsOf = context.StartedAt, Pause = parts.Policy.PolitePause }, cancellationToken))
        {
            all += page.Entries.Count;
            unused.AddRange(page.Entries.Where(head => !head.Pinned && UsedAt(head) < before));
        }

        return ([.. unused.OrderBy(UsedAt)], all);
    }

    // The version of each row is the one that was looked at before it was archived: what changed since is left.
    private async Task<long> RemoveAsync(IReadOnlyList<EntryHead> wanted, JobContext context, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var batch in wanted.Chunk(Batch))
        {
            var deadline = await context.ProveAsync(cancellationToken);
            var outcome = await tier!.RemoveAsync(new RemovalBatch(new TierScope(context.Project), batch, deadline), (_, _) => Task.CompletedTask, cancellationToken);
            removed += outcome.Removed.Count;
            context.Progress(0.5 + (0.5 * removed / wanted.Count), $"Removing what is archived: {removed:N0} of {wanted.Count:N0}");
        }

        return removed;
    }

    private static DateTimeOffset? UsedAt(EntryHead head) => head.AccessedAt ?? head.UpdatedAt ?? head.CreatedAt;
}
