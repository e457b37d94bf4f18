using System.Globalization;
using System.Text;
using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>A cleanup as a person reads it: sentences first, numbers second, always the reason and the way back. Pure.</summary>
internal static class CleanupText
{
    public static string Of(RunRecord run, CleanupPlan plan)
    {
        var text = new StringBuilder().AppendLine(plan.Reason);
        Describe(text, run, plan);
        foreach (var finding in plan.Reported)
        {
            text.AppendLine("Noticed: " + finding);
        }

        foreach (var refusal in plan.Refusals)
        {
            text.AppendLine($"Applying it is refused by guard '{refusal.Guard}': {refusal.Reason}." + (refusal.Override.Length > 0 ? $" Override: {refusal.Override}" : ""));
        }

        return text.AppendLine().Append(NextStep(run, plan)).ToString().TrimEnd();
    }

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => $"{bytes / (double)(1 << 30):0.0} GB",
        >= 1 << 20 => $"{bytes / (double)(1 << 20):0.0} MB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):0.0} KB",
        _ => $"{bytes} B",
    };

    private static void Describe(StringBuilder text, RunRecord run, CleanupPlan plan)
    {
        if (plan.IsEmpty)
        {
            text.AppendLine(Nothing(plan));
        }

        if (run.Outcome != RunOutcome.DryRun && !plan.IsEmpty)
        {
            text.AppendLine(run.Reason);
        }

        text.Append(plan.Count == 0 ? "" : $"{Would(run, "remove")} {plan.Count:N0} entries and free {Bytes(plan.Bytes)}:\n");
        foreach (var removal in plan.Removals)
        {
            text.AppendLine($"  {removal.Count,9:N0}  {Word(removal.Reason)}, {removal.Tier.Title(),-11} {Bytes(removal.Bytes),9}  {ShareOf(plan, removal),7} of the tier  {removal.Because}");
            text.AppendLine($"             such as {string.Join(", ", removal.Sample.Take(3))}");
        }

        text.Append(plan.Rewritten == 0 ? "" : $"{Would(run, "change and keep")} {plan.Rewritten:N0} entries:\n");
        foreach (var rewrite in plan.Rewrites)
        {
            text.AppendLine($"  {rewrite.Count,9:N0}  {(rewrite.Reason == RewriteReason.LargeValue ? "large values" : "keys without an end")}, {rewrite.Tier.Title(),-11} {Bytes(rewrite.Bytes),9}  {Saving(rewrite)}{rewrite.Because}");
            text.AppendLine($"             such as {string.Join(", ", rewrite.Sample.Take(3))}");
        }

        foreach (var totals in plan.Tiers)
        {
            var left = string.Join(", ", totals.Left.Where(pair => pair.Value > 0).Select(pair => $"{pair.Value:N0} {pair.Key}"));
            text.AppendLine(totals.Error is { } error ? $"  {totals.Tier.Title()} was left out: {error}" : $"  {totals.Tier.Title()} holds {totals.Entries:N0} entries{(left.Length > 0 ? $" (left: {left})" : "")}.");
        }

        if (plan.Expected is { } expected && !plan.IsEmpty)
        {
            text.AppendLine(Promise(plan, expected));
        }
    }

    private static string Promise(CleanupPlan plan, CleanupExpectation expected)
    {
        var promised = $"Expected: {HitRatio(plan, expected)}";
        if (Calls(expected.RedisCommands, expected.Mem0Requests) is not { Length: > 0 } calls)
        {
            return promised + ".";
        }

        var looked = plan.Looked is { } looking ? Calls(expected.RedisCommands is null ? null : looking.RedisCommands, expected.Mem0Requests is null ? null : looking.Mem0Requests) : "";
        return $"{promised}, {calls}{Cost(expected.CostUsd)}.{(looked.Length > 0 ? $" Making the plan took {looked}." : "")}";
    }

    // Of tiers that bill them.
    private static string Calls(long? redis, long? mem0) => string.Join(", ", new[] { redis is null ? null : $"{redis:N0} Redis commands", mem0 is null ? null : $"{mem0:N0} Mem0 requests" }.OfType<string>());

    private static string Cost(double usd) => usd switch { <= 0 => "", < 0.0001 => " (less than 0.0001 USD)", _ => $" (about {usd:0.0000} USD)" };

    private static string Nothing(CleanupPlan plan) => (plan.Tiers.Count, plan.Unseen.Any()) switch
    {
        (0, _) => "No tier is configured, so there is nothing to clean.",
        (_, true) => "Nothing to do in what could be seen; what stands in the rest is unknown ('cachekeeper debug connections').",
        _ => "Nothing to do.",
    };

    private static string Would(RunRecord run, string what) => run.Outcome == RunOutcome.DryRun ? $"It would {what}" : $"It planned to {what}";

    private static string Saving(PlannedRewrite rewrite) => rewrite.Ratio is { } ratio ? $"about {1 - ratio:P0} smaller  " : "";

    private static string ShareOf(CleanupPlan plan, PlannedRemoval removal) =>
        plan.Tiers.FirstOrDefault(totals => totals.Tier == removal.Tier) is { Entries: > 0 } totals ? ((double)removal.Count / totals.Entries).ToString("P1") : "–";

    private static string HitRatio(CleanupPlan plan, CleanupExpectation expected) => expected switch
    {
        _ when plan.Removals.All(removal => removal.Reason is RemovalReason.Expired or RemovalReason.Superseded or RemovalReason.Stale) => "hit ratio unchanged, for nothing that still answers goes",
        { HitRatioBefore: { } before, HitRatioAfter: { } after, HitRatioLow: { } low, HitRatioHigh: { } high } => $"hit ratio {before:P1} → {after:P1} ({low:P1}–{high:P1})",
        _ => "the effect on the hit ratio is unknown (not enough lookups have been counted)",
    };

    private static string NextStep(RunRecord run, CleanupPlan plan) => run.Outcome switch
    {
        RunOutcome.DryRun when !plan.IsEmpty => $"{plan.Plan}   valid until {plan.ValidUntil:HH:mm} UTC\n  cachekeeper cleanup apply {plan.Plan}{Overrides(plan)}",
        RunOutcome.Done or RunOutcome.Degraded or RunOutcome.Interrupted when run.UndoUntil is { } until => $"{run.Run}   undo until {until:yyyy-MM-dd HH:mm} UTC\n  cachekeeper cleanup undo {run.Run}",
        _ => run.Run,
    };

    // An override is given once: of several shares the largest, which allows the others too.
    private static string Overrides(CleanupPlan plan) => string.Concat(plan.Refusals.Select(refusal => refusal.Override)
        .Where(text => text.StartsWith("--", StringComparison.Ordinal))
        .GroupBy(text => text.Split(' ')[0])
        .Select(same => " " + same.MaxBy(Percent)));

    private static int Percent(string text) => int.TryParse(text.Split(' ', '%').ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var percent) ? percent : 0;

    private static string Word(RemovalReason reason) => RunRow.Word(reason).Replace('_', ' ');
}
