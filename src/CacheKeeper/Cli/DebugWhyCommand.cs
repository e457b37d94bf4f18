using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug why RUN|JOB|KEY</c>: what a run saw and why it decided so, decided once more from the recorded inputs; or why an entry is there, or is not.</summary>
internal static class DebugWhyCommand
{
    private static readonly Option<string?> AsOf = new("--as-of") { Description = "A job: its last run at or before then; an entry: what a cleanup would make of it then (ISO 8601, default: now)" };

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run (run-2026-11-23-0007), a job (light-cleanup), or an entry: its id in a tier or its query hash" };
        var command = new Command("why", "Show what a run saw and decide again from the record; or why an entry is there") { run, AsOf };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(run)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string subject, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var asOf = Instant(parsed.GetValue(AsOf)) ?? keeper.Time.GetUtcNow();
        return await FindAsync(keeper, subject, asOf, cancellationToken) is { } run ? await TellAsync(parsed, keeper, run, cancellationToken)
            : FixedJobs.All.Any(job => job.Name == subject) ? throw KeeperException.Usage($"{subject} has not run at or before {asOf:u}.", "'cachekeeper scheduler status' tells when it is due and what holds it up.")
            : await TellEntryAsync(parsed, keeper, subject, asOf, cancellationToken);
    }

    private static DateTimeOffset? Instant(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant
        : throw KeeperException.Usage($"--as-of {text} is no time.", "It looks like 2026-11-24T01:00Z.");

    // A run by its name, else the last run of a job of that name.
    private static async Task<RunRecord?> FindAsync(KeeperHost keeper, string subject, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        await keeper.Runs.FindAsync(subject, cancellationToken) is { } found && found.Project == keeper.Project
            ? found
            : await keeper.Runs.ListAsync(new RunFilter { Project = keeper.Project, Job = subject, Until = asOf.AddMilliseconds(1), Limit = 1 }, cancellationToken) is [var last] ? last : null;

    private static async Task<int> TellEntryAsync(ParseResult parsed, KeeperHost keeper, string key, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var story = await new EntryStoryService(keeper.Tiers, keeper.State, keeper.Notes, keeper.Settings.Cleanup, keeper.Project).TellAsync(key, asOf, cancellationToken);
        if (story.Found.Count + story.Removals.Count + story.Unseen.Count == 0)
        {
            throw KeeperException.Usage($"There is no run, job or entry {key} of {keeper.Project}, and no cleanup is remembered to have removed one.", "'cachekeeper cleanup history' lists runs; entries are named by their id in a tier or their query hash.");
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { story.Key, story.AsOf, Entries = story.Found.Select(one => new { one.Head, one.Verdict }), story.Removals, story.Unseen });
        }
        else
        {
            TerminalHost.Tell(string.Join(Environment.NewLine, story.Lines()));
        }

        return story.Unseen.Count > 0 ? ExitCode.Degraded : ExitCode.Done;
    }

    private static async Task<int> TellAsync(ParseResult parsed, KeeperHost keeper, RunRecord run, CancellationToken cancellationToken)
    {
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
            TerminalHost.Tell(Text(run, record, again) + (audit is null ? "" : "\n  " + audit.Sentence));
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
