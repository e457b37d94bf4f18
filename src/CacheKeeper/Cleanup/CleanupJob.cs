using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>One cleanup: look, decide, act in guarded batches, record; dry run stops after the plan.</summary>
internal sealed class CleanupJob(string name, CleanupRequest asked, IReadOnlyList<ITier> tiers, CleanupParts parts, CleanupPolicy policy, TimeProvider time) : IJob
{
    private CleanupRequest request = asked;

    public string Name => name;

    public IReadOnlyList<string> Resources => [.. tiers.Select(tier => "tier:" + tier.Name.Word())];

    public JobEffect Effect => JobEffect.Removes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var seen = await DecideAsync(context, cancellationToken);
        var plan = request.Plan is { } id ? await FindAsync(id, cancellationToken) : await parts.Planning.PlanAsync(request, context.StartedAt, context.Progress, cancellationToken);
        var result = new JobResult(RunOutcome.Done, "")
        {
            Inputs = JsonSerializer.SerializeToNode(seen with { Reason = plan.Reason, Mode = plan.Mode }, StateJson.Options),
            Plan = JsonSerializer.SerializeToNode(plan, StateJson.Options),
            Expected = JsonSerializer.SerializeToNode(plan.Expected, StateJson.Options),
            Counts = new CleanupTally().ToJson(plan),
        };
        if (!context.DryRun)
        {
            await MaintainAsync(context, cancellationToken);
        }

        var refusals = request.Plan is null ? plan.Refusals : await parts.Guards.CheckAgainAsync(plan, request, context.StartedAt, cancellationToken);
        refusals = context.DryRun ? refusals : [.. refusals, .. await UnprovenAsync(plan, context.StartedAt, cancellationToken)];
        return plan switch
        {
            { SawNothing: true } => result with { Outcome = RunOutcome.Failed, Reason = $"No tier could be looked at, so what could be removed is unknown. {Errors(plan)}. 'cachekeeper debug connections' shows where each one stops." },
            _ when refusals.Count > 0 && !context.DryRun => result with { Outcome = RunOutcome.Refused, Reason = string.Join("; ", refusals.Select(Sentence)) },
            _ when context.DryRun => result with { Outcome = RunOutcome.DryRun, Reason = plan.Reason },
            { IsEmpty: true } => result with { Outcome = Errors(plan).Length > 0 ? RunOutcome.Degraded : RunOutcome.NothingToDo, Reason = $"Nothing to do. {Errors(plan)}".TrimEnd() },
            _ => await ApplyAsync(plan, result, context, cancellationToken),
        };
    }

    // Every run puts lost dictionaries back and looks what earlier removals came to, whatever else it does.
    private async Task MaintainAsync(JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Rewrites.MendAsync(cancellationToken);
            await parts.Regret.MarkAsync(context.StartedAt, cancellationToken);
        }
        catch (TierException)
        {
            // The tier's own part of the run says so.
        }
    }

    private async Task<IEnumerable<Refusal>> UnprovenAsync(CleanupPlan plan, DateTimeOffset now, CancellationToken cancellationToken) =>
        parts.Proof is { } find && ProofGuard.Check(plan, await find(cancellationToken), request.Overrides, policy.Proof, now) is { } refusal ? [refusal] : [];

    // What the decision looked at is recorded with the policy, so that it can be made again later; a strength asked for by name decides nothing but is recorded too.
    private async Task<DecisionRecord> DecideAsync(JobContext context, CancellationToken cancellationToken)
    {
        var blind = request.Plan is not null || !request.Asked.WeighsValue();
        if (blind)
        {
            return new DecisionRecord(new CleanupInputs(), policy, context.StartedAt, request.Asked, request.Mode);
        }

        context.Progress(0, "Looking at the tiers");
        var seen = await parts.Inputs.GatherAsync(request.Project, context.StartedAt, cancellationToken);
        var record = new DecisionRecord(seen, policy, context.StartedAt, request.Asked, request.Mode);
        var decision = record.Recompute();
        var dragging = decision.Dragging.Count > 0 ? $" Dragging: {string.Join(", ", decision.Dragging)}." : decision.Mode == CleanupMode.Targeted ? " No category is known to drag." : "";
        request = request with { Mode = decision.Mode, Reason = (request.Asked == CleanupMode.Smart ? decision.Reason : request.Reason) + dragging, Dragging = decision.Dragging, Inputs = seen };
        return record with { Chosen = decision.Mode, Dragging = decision.Dragging };
    }

    private static string Sentence(Refusal refusal) => $"Refused by guard '{refusal.Guard}': {refusal.Reason}" + (refusal.Override.Length > 0 ? $" (override: {refusal.Override})" : "");

    private static string Errors(CleanupPlan plan) => string.Join("; ", plan.Tiers.Where(totals => totals.Error is not null).Select(totals => $"{totals.Tier.Title()}: {totals.Error!.TrimEnd('.')}"));

    private async Task<CleanupPlan> FindAsync(string id, CancellationToken cancellationToken)
    {
        var plan = await parts.Plans.FindAsync(request.Project, id, cancellationToken) ?? throw KeeperException.Usage($"There is no plan {id} of {request.Project}.", "'cachekeeper cleanup plan light' makes one.");
        return time.GetUtcNow() <= plan.ValidUntil
            ? plan
            : throw new KeeperException($"Refused by guard 'plan-too-old': the plan was valid until {plan.ValidUntil:u}.", "Make a new plan.", ExitCode.Refused);
    }

    private async Task<JobResult> ApplyAsync(CleanupPlan plan, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        if (!await parts.Plans.ClaimAsync(plan.Plan, context.Run, cancellationToken))
        {
            return result with { Outcome = RunOutcome.Refused, Reason = "Refused by guard 'applied-once': this plan was applied already. Make a new plan." };
        }

        var undoUntil = context.StartedAt + policy.UndoFor;
        var (done, before) = (new CleanupTally(), TierCalls.Of(tiers));
        await using var receipt = await parts.Receipts.OpenAsync(plan.Project, context.Run, context.StartedAt, undoUntil, cancellationToken);
        var stopped = await ActAsync(plan, receipt, done, context, cancellationToken);
        await parts.Receipts.SealAsync(context.Run, receipt, CancellationToken.None);
        await parts.Guards.RememberAsync(plan, done, cancellationToken);
        var vacuumed = plan.Mode == CleanupMode.Deep && stopped.Count == 0 ? await parts.Vacuum.RunAsync(done.RemovedFrom(TierName.Postgresql), cancellationToken) : "";
        var calls = TierCalls.Of(tiers).Since(before);
        var errors = string.Join("; ", stopped.Append(Errors(plan)).Where(text => text.Length > 0));
        return result with
        {
            Outcome = cancellationToken.IsCancellationRequested ? RunOutcome.Interrupted : errors.Length > 0 || done.Failed > 0 ? RunOutcome.Degraded : RunOutcome.Done,
            Reason = string.Join(' ', ((string[])[done.Sentence(plan), vacuumed, errors]).Where(text => text.Length > 0)),
            Counts = done.ToJson(plan),
            Actual = new JsonObject { ["removed"] = done.Removed, ["changed"] = done.Rewritten, ["saved_bytes"] = done.Saved, ["redis_commands"] = calls.RedisCommands, ["mem0_requests"] = calls.Mem0Requests },
            UndoUntil = undoUntil,
            Before = plan.Tiers.Sum(totals => totals.Entries),
            After = plan.Tiers.Sum(totals => totals.Entries) - done.Removed,
        };
    }

    // Removals first: what goes need not be compressed before.
    private async Task<IReadOnlyList<string>> ActAsync(CleanupPlan plan, ReceiptFileStore receipt, CleanupTally done, JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            var stopped = await parts.Removals.RunAsync(plan, receipt, done, request.FullPace, (removed, stop) => parts.Regret.RememberAsync(plan, context.Run, removed, time.GetUtcNow(), stop), context, cancellationToken);
            return [.. stopped, .. await parts.Rewrites.RunAsync(plan, receipt.WriteAsync, done, request.FullPace, context, cancellationToken)];
        }
        catch (TierException e)
        {
            return [e.Hint.Length > 0 ? $"{e.Message}. {e.Hint}" : e.Message];
        }
        catch (IOException e)
        {
            return [$"The receipt could not be written: {e.Message}. Make room in the keeper's state folder."];
        }
        catch (OperationCanceledException)
        {
            return ["Stopped before it was done; what was removed is on the receipt, and the next run goes on."];
        }
    }
}
