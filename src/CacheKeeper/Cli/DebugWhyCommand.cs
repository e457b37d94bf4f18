using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug why RUN</c>: what a run saw and why it decided so, decided once more from the recorded inputs.</summary>
internal static class DebugWhyCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run, such as run-2026-11-23-0007" };
        var command = new Command("why", "Show what a run saw and decide again from the record") { run };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(run)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string id, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var run = await keeper.Runs.FindAsync(id, cancellationToken) is { } found && found.Project == keeper.Project
            ? found
            : throw KeeperException.Usage($"There is no run {id} of {keeper.Project}.", "'cachekeeper cleanup history' lists runs.");
        var record = run.Inputs?["policy"]?["aggressive_above"] is null ? null : run.Inputs.Deserialize<DecisionRecord>(StateJson.Options);
        var again = record?.Recompute();
        var audit = record is null ? null : await AuditAsync(keeper, run, record, cancellationToken);
        var same = record is null ? (bool?)null : record.IsSame(again!) && audit is not { Wrong: > 0 };
        if (SessionHost.Json(parsed))
        {
            var document = RunOutputHost.ToJson(run);
            document["inputs"] = run.Inputs?.DeepClone();
            document["recomputed"] = again is null ? null : new JsonObject { ["mode"] = RunRow.Word(again.Mode), ["reason"] = again.Reason, ["same"] = same, ["entries"] = audit?.Looked, ["entries_proved"] = audit?.Proved, ["entries_compared"] = audit?.Compared, ["entries_wrong"] = audit?.Wrong };
            TerminalHost.Json(document);
        }
        else
        {
            TerminalHost.Say(Text(run, record, again) + (audit is null ? "" : "\n  " + audit.Sentence));
        }

        return same == false ? ExitCode.Degraded : ExitCode.Done;
    }

    // Every choice of the plan is on record with what its tier told of it then.
    private static async Task<SelectionAudit?> AuditAsync(KeeperHost keeper, RunRecord run, DecisionRecord record, CancellationToken cancellationToken)
    {
        if (run.Plan?.Deserialize<CleanupPlan>(StateJson.Options) is not { } plan)
        {
            return null;
        }

        var audit = new SelectionAudit(plan.AsOf, record.Policy);
        await foreach (var chosen in new PlanStore(keeper.State).ReadAsync(plan.Plan, cancellationToken))
        {
            audit.Look(chosen);
        }

        return audit;
    }

    private static string Text(RunRecord run, DecisionRecord? record, CleanupDecision? again)
    {
        var opening = $"{run.Run}: {run.Job}, started {run.StartedAt:u} by {RunRow.Word(run.Trigger)} on {run.Node}: {(run.Outcome is { } outcome ? RunRow.Word(outcome) : "still running")}. {run.Reason}";
        var plan = run.Plan?["reason"] is { } reason ? $"\nIt was told or chose: {reason}" : "";
        if (record is null)
        {
            return opening + plan + "\nIt recorded no decision.";
        }

        if (record.Asked is not (CleanupMode.Smart or CleanupMode.Targeted))
        {
            return opening + plan + $"\nThe strength was {(record.Mode is { } carried && carried != record.Asked ? $"that of the plan it carried out ({RunRow.Word(carried)})" : $"asked for by name ({RunRow.Word(record.Asked)})")}; decided again from the record: the same."
                + $"\n  what it took: {Taken(run)}";
        }

        var seen = record.Inputs;
        return opening + plan
            + $"\nDecided {record.DecidedAt:u}; recomputed now from the recorded inputs: {(record.IsSame(again!) ? "same decision" : $"DIFFERENT: {RunRow.Word(again!.Mode)}")}."
            + $"\n  entries {seen.Entries?.ToString("N0") ?? "unknown"}, hit ratio {seen.HitRatio?.ToString("P1") ?? "unknown"} of {seen.Lookups?.ToString("N0") ?? "unknown"} lookups {seen.HitRatioWindow}, activity {seen.RecentActivity?.ToString("N0") ?? "unknown"} in the last hour, fullest tier {seen.Fullness?.ToString("P0") ?? "unknown"}"
            + $"\n  limits: aggressive above {record.Policy.AggressiveAbove:N0}, moderate above {record.Policy.ModerateAbove:N0} with activity below {record.Policy.ModerateActivityBelow:N0}, targeted below {record.Policy.TargetedHitRatioBelow:P0}"
            + (record.Dragging.Count > 0 ? $"\n  dragging: {string.Join(", ", record.Dragging)}" : "")
            + $"\n  what it took: {Taken(run)}";
    }

    // By reason, as the plan has it; the rule of each reason stands in docs/cleanup.md.
    private static string Taken(RunRecord run) => run.Plan?.Deserialize<CleanupPlan>(StateJson.Options) is { } plan
        ? string.Join(", ", plan.Removals.Select(removal => $"{removal.Count:N0} {RunRow.Word(removal.Reason).Replace('_', ' ')} of {removal.Tier.Title()}").Concat(plan.Rewrites.Select(rewrite => $"{rewrite.Count:N0} changed in {rewrite.Tier.Title()}")).DefaultIfEmpty("nothing"))
        : "unknown";
}
