using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization;

/// <summary>Gives entries their old ends back, where nobody has written them since.</summary>
internal sealed class RetimeUndoJob(RunRecord run, IReadOnlyList<ITier> tiers, ReceiptStore receipts, TimeProvider time) : IJob
{
    public string Name => "optimizer-undo";

    public IReadOnlyList<string> Resources => [.. tiers.Select(tier => "tier:" + tier.Name.Word())];

    public JobEffect Effect => JobEffect.Changes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var row = await receipts.FindAsync(context.Project, run.Run, cancellationToken) ?? throw KeeperException.Usage($"There is no receipt of {run.Run}.");
        var retiming = run.Plan?.Deserialize<Retiming>(StateJson.Options) ?? throw KeeperException.Usage($"{run.Run} gave no entry another end.");
        if (time.GetUtcNow().ToUnixTimeMilliseconds() > row.UndoUntil)
        {
            return JobResult.Refused($"Refused by guard 'undo-window': {run.Run} could be undone until {DateTimeOffset.FromUnixTimeMilliseconds(row.UndoUntil):u}.");
        }

        if (row.UndoneBy is { } earlier)
        {
            return JobResult.NothingToDo($"{run.Run} was undone already, by {earlier}.") with { Undoes = run.Run };
        }

        var before = receipts.Read(row).SelectMany(frame => frame).Select(entry => entry.Head).ToDictionary(head => (head.Tier, head.Id));
        long restored = 0;
        foreach (var tier in tiers.Where(tier => before.Keys.Any(key => key.Tier == tier.Name)))
        {
            await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(context.Project)) { AsOf = context.StartedAt }, cancellationToken))
            {
                var back = page.Entries.Where(entry => before.TryGetValue((entry.Tier, entry.Id), out var old) && retiming.Gave(entry, old))
                    .Select(entry => new EntryRewrite(entry) { ExpiresAt = before[(entry.Tier, entry.Id)].ExpiresAt }).ToList();
                var deadline = await context.ProveAsync(cancellationToken);
                restored += (await tier.RewriteAsync(new TierScope(context.Project), back, deadline, (_, _) => Task.CompletedTask, cancellationToken)).Removed.Count;
            }
        }

        await receipts.MarkUndoneAsync(run.Run, context.Run, cancellationToken);
        return new JobResult(RunOutcome.Done, $"{restored:N0} of {before.Count:N0} entries got their old end back; the others are gone or were written since.")
        {
            Counts = new JsonObject { ["restored"] = restored, ["retimed"] = before.Count },
            Undoes = run.Run,
        };
    }
}
