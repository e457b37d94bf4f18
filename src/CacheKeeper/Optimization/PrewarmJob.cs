using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Optimization.Placement;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization;

/// <summary>Copies the answers asked for most from PostgreSQL into Redis before a peak. Never over a key that stands; each copy ends with its row.</summary>
internal sealed class PrewarmJob(PostgresTier? postgres, RedisTier? redis, string prefix, PrewarmPolicy policy) : IJob
{
    private const int BatchSize = 100;

    public string Name => "optimizer-prewarm";

    public IReadOnlyList<string> Resources => ["tier:upstash"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (postgres is null || redis is null)
        {
            return JobResult.NothingToDo("Pre-warming copies from PostgreSQL to Redis: both must be configured.");
        }

        var scope = new TierScope(context.Project);
        var best = new List<EntryHead>();
        await foreach (var page in postgres.ScanAsync(new EntryFilter(scope) { AsOf = context.StartedAt, State = EntryState.Live }, cancellationToken))
        {
            // The best so far and the page's: memory stays that of the budget.
            best = [.. Prewarming.Choose(best.Concat(page.Entries), policy, context.StartedAt)];
        }

        var result = new JobResult(best.Count == 0 ? RunOutcome.NothingToDo : RunOutcome.DryRun, best.Count == 0 ? "No row is asked for often enough to copy." : $"{best.Count:N0} answers would be copied into Redis.")
        {
            Plan = new JsonObject { ["copies"] = best.Count, ["bytes"] = best.Sum(row => row.Bytes), ["keys"] = new JsonArray([.. best.Select(row => (JsonNode?)Prewarming.KeyOf(row, prefix))]) },
        };
        return context.DryRun || best.Count == 0 ? result : await CopyAsync(best, result, context, cancellationToken);
    }

    private async Task<JobResult> CopyAsync(List<EntryHead> best, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        long copied = 0, stood = 0;
        foreach (var batch in best.Chunk(BatchSize))
        {
            await context.ProveAsync(cancellationToken);
            var rows = await postgres!.ReadAsync(new TierScope(context.Project), batch, cancellationToken);
            var outcome = await redis!.RestoreAsync(new TierScope(context.Project), [.. rows.Select(row => Copy(row, context.StartedAt))], RestoreMode.OnlyMissing, context.StartedAt, cancellationToken);
            (copied, stood) = (copied + outcome.Restored.Count, stood + outcome.WrittenSince.Count);
            context.Progress((double)(copied + stood) / best.Count, $"{copied + stood:N0}/{best.Count:N0}");
        }

        return result with
        {
            Outcome = RunOutcome.Done,
            Reason = $"Copied {copied:N0} answers into Redis; {stood:N0} stood there already. Each copy ends with its row, within an hour at most.",
            Counts = new JsonObject { ["planned"] = best.Count, ["copied"] = copied, ["stood"] = stood },
        };
    }

    private StoredEntry Copy(StoredEntry row, DateTimeOffset now)
    {
        using var columns = JsonDocument.Parse(row.Content);
        var head = new EntryHead(TierName.Upstash, Prewarming.KeyOf(row.Head, prefix), "") { QueryHash = row.Head.QueryHash, Category = row.Head.Category, ExpiresAt = Prewarming.EndOf(row.Head, now) };
        return new StoredEntry(head, "string", Encoding.UTF8.GetBytes(columns.RootElement.GetProperty("response_text").GetString()!));
    }
}
