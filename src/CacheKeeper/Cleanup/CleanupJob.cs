using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>One cleanup: look, decide, act in guarded batches, record; dry run stops after the plan.</summary>
internal sealed class CleanupJob(string name, CleanupRequest asked, IReadOnlyList<ITier> tiers, CleanupInputService inputs, CleanupPlanService planning, PlanStore plans, ReceiptStore receipts, CleanupPolicy policy, TimeProvider time) : IJob
{
    private CleanupRequest request = asked;

    public string Name => name;

    public IReadOnlyList<string> Resources => [.. tiers.Select(tier => "tier:" + tier.Name.Word())];

    public JobEffect Effect => JobEffect.Removes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var seen = await DecideAsync(context, cancellationToken);
        var plan = request.Plan is { } id ? await FindAsync(id, cancellationToken) : await planning.PlanAsync(request, context.StartedAt, context.Progress, cancellationToken);
        var document = JsonSerializer.SerializeToNode(plan, StateJson.Options);
        var result = new JobResult(RunOutcome.Done, "") { Inputs = seen, Plan = document, Expected = JsonSerializer.SerializeToNode(plan.Expected, StateJson.Options), Counts = Counts(plan, null) };
        var refusals = request.Plan is null ? plan.Refusals : await planning.CheckAsync(plan, request, context.StartedAt, cancellationToken);
        return plan switch
        {
            _ when refusals.Count > 0 && !context.DryRun => result with { Outcome = RunOutcome.Refused, Reason = string.Join("; ", refusals.Select(Sentence)) },
            _ when context.DryRun => result with { Outcome = RunOutcome.DryRun, Reason = plan.Reason },
            _ when plan.Tiers.Count > 0 && plan.Tiers.All(totals => totals.Error is not null) => result with { Outcome = RunOutcome.Failed, Reason = "No tier could be looked at: " + Errors(plan) },
            { Count: 0 } => result with { Outcome = Errors(plan).Length > 0 ? RunOutcome.Degraded : RunOutcome.NothingToDo, Reason = $"Nothing to remove. {Errors(plan)}".TrimEnd() },
            _ => await ApplyAsync(plan, result, context, cancellationToken),
        };
    }

    // What smart and targeted look at is recorded with the policy, so that the decision can be made again later.
    private async Task<JsonNode?> DecideAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (request.Plan is not null || request.Asked is CleanupMode.Light or CleanupMode.Category or CleanupMode.Duplicates)
        {
            return null;
        }

        context.Progress(0, "Looking at the tiers");
        var seen = await inputs.GatherAsync(request.Project, context.StartedAt, cancellationToken);
        var decision = request.Asked == CleanupMode.Smart
            ? CleanupDecision.Decide(seen, policy, context.StartedAt)
            : new CleanupDecision(request.Asked, "") { Dragging = request.Asked == CleanupMode.Targeted ? CleanupDecision.DraggingOf(seen, policy) : [] };
        var dragging = decision.Dragging.Count > 0 ? $" Dragging: {string.Join(", ", decision.Dragging)}." : decision.Mode == CleanupMode.Targeted ? " No category is known to drag." : "";
        request = request with { Mode = decision.Mode, Reason = (decision.Reason.Length > 0 ? decision.Reason : request.Reason) + dragging, Dragging = decision.Dragging, Inputs = seen };
        return JsonSerializer.SerializeToNode(new DecisionRecord(seen, policy, context.StartedAt, request.Asked, decision.Mode), StateJson.Options);
    }

    private static string Sentence(Refusal refusal) => $"Refused by guard '{refusal.Guard}': {refusal.Reason}" + (refusal.Override.Length > 0 ? $" (override: {refusal.Override})" : "");

    private static string Errors(CleanupPlan plan) => string.Join("; ", plan.Tiers.Where(totals => totals.Error is not null).Select(totals => $"{totals.Tier.Title()}: {totals.Error}"));

    private async Task<CleanupPlan> FindAsync(string id, CancellationToken cancellationToken)
    {
        var plan = await plans.FindAsync(request.Project, id, cancellationToken) ?? throw KeeperException.Usage($"There is no plan {id} of {request.Project}.", "'cachekeeper cleanup plan light' makes one.");
        return time.GetUtcNow() <= plan.ValidUntil
            ? plan
            : throw new KeeperException($"Refused by guard 'plan-too-old': the plan was valid until {plan.ValidUntil:u}.", "Make a new plan.", ExitCode.Refused);
    }

    private async Task<JobResult> ApplyAsync(CleanupPlan plan, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        if (!await plans.ClaimAsync(plan.Plan, context.Run, cancellationToken))
        {
            return result with { Outcome = RunOutcome.Refused, Reason = "Refused by guard 'applied-once': this plan was applied already. Make a new plan." };
        }

        var undoUntil = context.StartedAt + policy.UndoFor;
        var done = new Dictionary<TierName, TierTally>();
        await using var receipt = await receipts.OpenAsync(plan.Project, context.Run, context.StartedAt, undoUntil, cancellationToken);
        var stopped = "";
        try
        {
            await RemoveAsync(plan, receipt, done, context, cancellationToken);
        }
        catch (TierException e)
        {
            stopped = e.Hint.Length > 0 ? $"{e.Message}. {e.Hint}" : e.Message;
        }
        catch (IOException e)
        {
            stopped = $"The receipt could not be written: {e.Message}. Make room in the keeper's state folder";
        }
        catch (OperationCanceledException)
        {
            stopped = "stopped before it was done";
        }

        await receipts.SealAsync(context.Run, receipt, CancellationToken.None);
        var removed = done.Values.Sum(tally => tally.Removed);
        await planning.RememberAsync(plan, done.ToDictionary(pair => pair.Key, pair => pair.Value.Removed), CancellationToken.None);
        var errors = string.Join("; ", new[] { stopped, Errors(plan) }.Where(text => text.Length > 0));
        return result with
        {
            Outcome = cancellationToken.IsCancellationRequested ? RunOutcome.Interrupted : errors.Length > 0 || done.Values.Any(tally => tally.Failed > 0) ? RunOutcome.Degraded : RunOutcome.Done,
            Reason = $"Removed {removed:N0} of {plan.Count:N0} planned entries." + (errors.Length > 0 ? " " + errors : ""),
            Counts = Counts(plan, done),
            Actual = new JsonObject { ["removed"] = removed, ["redis_commands"] = Commands(TierName.Upstash), ["mem0_requests"] = Commands(TierName.Mem0) },
            UndoUntil = undoUntil,
            Before = plan.Tiers.Sum(totals => totals.Entries),
            After = plan.Tiers.Sum(totals => totals.Entries) - removed,
        };
    }

    private async Task RemoveAsync(CleanupPlan plan, ReceiptFileStore receipt, Dictionary<TierName, TierTally> done, JobContext context, CancellationToken cancellationToken)
    {
        var removals = new RemovalRunner(done, request.FullPace, (tier, handled) => context.Progress((double)handled / plan.Count, $"{tier.Title()}: {handled:N0}/{plan.Count:N0}"));
        try
        {
            await foreach (var batch in BatchesAsync(plan, cancellationToken))
            {
                var tier = tiers.First(candidate => candidate.Name == batch[0].Entry.Tier);
                await removals.MakeRoomAsync(tier.Name);
                var deadline = await context.ProveAsync(cancellationToken);
                var removal = new RemovalBatch(new TierScope(plan.Project, plan.Category), [.. batch.Select(selection => selection.Entry)], deadline);
                removals.Add(tier.Name, batch.Count, tier.RemoveAsync(removal, receipt.WriteAsync, cancellationToken));
                if (!request.FullPace && policy.PolitePause > TimeSpan.Zero)
                {
                    await removals.SettleAsync();
                    await Task.Delay(policy.PolitePause, time, cancellationToken);
                }
            }
        }
        finally
        {
            await removals.SettleAsync();
        }
    }

    // The selection file is ordered by tier; a batch never spans two.
    private async IAsyncEnumerable<IReadOnlyList<Selection>> BatchesAsync(CleanupPlan plan, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<Selection>();
        long bytes = 0;
        await foreach (var selection in plans.ReadAsync(plan.Plan, cancellationToken))
        {
            if (batch.Count > 0 && (batch.Count == policy.BatchSize || bytes + selection.Entry.Bytes > policy.BatchBytes || batch[0].Entry.Tier != selection.Entry.Tier))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(selection);
            bytes += selection.Entry.Bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private long Commands(TierName name) => tiers.FirstOrDefault(tier => tier.Name == name)?.Meter.Commands ?? 0;

    private static JsonObject Counts(CleanupPlan plan, Dictionary<TierName, TierTally>? done)
    {
        var counts = new JsonObject { ["planned"] = plan.Count, ["planned_bytes"] = plan.Bytes, ["removed"] = done?.Values.Sum(tally => tally.Removed) ?? 0 };
        foreach (var totals in plan.Tiers)
        {
            var tally = done?.GetValueOrDefault(totals.Tier) ?? new TierTally();
            counts[totals.Tier.Word()] = new JsonObject
            {
                ["entries"] = totals.Entries,
                ["planned"] = plan.Removals.Where(removal => removal.Tier == totals.Tier).Sum(removal => removal.Count),
                ["removed"] = tally.Removed,
                ["left"] = tally.Left,
                ["failed"] = tally.Failed,
            };
        }

        return counts;
    }
}
