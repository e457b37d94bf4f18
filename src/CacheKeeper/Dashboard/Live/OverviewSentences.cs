using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>How things are and what was done about it, in sentences that a person reads first.</summary>
internal static class OverviewSentences
{
    public static IReadOnlyList<string> Of(LiveView view)
    {
        var metrics = LiveMetrics.Of(view);
        return [.. new[] { FreezeOf(view), HealthOf(view), IncidentsOf(view), LookupsOf(metrics), HoldingOf(view), CleanupOf(view), AlertsOf(view) }.Where(sentence => sentence.Length > 0)];
    }

    /// <summary>How long ago or ahead, in one unit.</summary>
    public static string Distance(TimeSpan span) => span.Duration() switch
    {
        { TotalSeconds: < 60 } few => $"{few.TotalSeconds:0} s",
        { TotalMinutes: < 60 } minutes => $"{minutes.TotalMinutes:0} min",
        { TotalHours: < 48 } hours => $"{hours.TotalHours:0} h",
        var days => $"{days.TotalDays:0} days",
    };

    private static string HealthOf(LiveView view)
    {
        var bad = view.Health.Details.Where(pair => pair.Value.Status is not ("healthy" or "not_configured")).Select(pair => $"{Title(pair.Key)} {(pair.Value.Status == "failed" ? "has failed" : "is " + pair.Value.Status)} ({pair.Value.Reason})").ToList();
        var missing = view.Health.Details.Where(pair => pair.Value.Status == "not_configured").Select(pair => Title(pair.Key)).ToList();
        var tail = missing.Count == 0 ? "" : $" {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not configured.";
        return (bad.Count, missing.Count, view.Health.Details.Count) switch
        {
            (0, 0, _) => "All three tiers are healthy.",
            (0, var none, var all) when none == all => "No tier is configured, so nothing is known about the cache.",
            (0, _, _) => "The configured tiers are healthy." + tail,
            _ => string.Join("; ", bad) + "." + tail,
        };
    }

    private static string FreezeOf(LiveView view) => view.Freeze is { } freeze ? freeze.Words.TrimEnd('.') + "." : "";

    // What went wrong, and what readers are told until it is over.
    private static string IncidentsOf(LiveView view)
    {
        var needed = view.Incidents.Count(incident => incident.NeedsPerson);
        var told = view.Directives?.LeaveOut.Select(part => $"Readers skip {Title(part.Tier)} for {Distance(part.Until - view.At)} at most; that ends by itself.").Distinct() ?? [];
        var open = view.Incidents.Count == 0 ? "" : $"{view.Incidents.Count} {(view.Incidents.Count == 1 ? "incident is" : "incidents are")} open{(needed > 0 ? $", {needed} of them {(needed == 1 ? "needs" : "need")} a person" : "; the keeper sees to it")}.";
        return string.Join(' ', told.Prepend(open)).Trim();
    }

    private static string LookupsOf(LiveMetrics metrics) => metrics switch
    {
        { HitRatio: { } ratio, ResponseTime: { } mean } => $"{ratio:0.0} % of {metrics.Lookups:N0} lookups were answered from the cache, in {mean:0.#} ms on average.",
        { HitRatio: { } ratio } => $"{ratio:0.0} % of {metrics.Lookups:N0} lookups were answered from the cache.",
        _ => $"The hit ratio is unknown: {metrics.Unknown["hit_ratio"]}.",
    };

    private static string HoldingOf(LiveView view)
    {
        var known = view.Tiers.Where(tier => tier.Error is null && tier.Entries is not null).ToList();
        var expired = known.Sum(tier => tier.Expired ?? 0);
        return known.Count == 0
            ? "How much the cache holds is unknown: no tier could be looked at yet."
            : Held(view.At - known.Min(tier => tier.TakenAt)) + string.Join(", ", known.Select(tier => $"{tier.Entries:N0} entries in {tier.Tier.Title()}")) + (expired > 0 ? $"; {expired:N0} of them {(expired == 1 ? "has expired and waits" : "have expired and wait")} for the next cleanup." : ".");
    }

    // Old figures are told as such.
    private static string Held(TimeSpan age) => age < TimeSpan.FromMinutes(1) ? "It holds " : $"At the last look, {Distance(age)} ago, it held ";

    private static string CleanupOf(LiveView view) => (view.Running.FirstOrDefault(run => Activity.KindOf(run.Job) == "cleanups"), view.LastCleanup) switch
    {
        ({ } running, _) => $"A cleanup has been running for {Distance(view.At - running.StartedAt)} ({running.Run}).",
        (_, null) => "No cleanup has been carried out yet.",
        (_, { } run) when view.Day.Any(later => later.Undoes == run.Run && later.Outcome == Scheduling.RunOutcome.Done) => $"The last cleanup, {Distance(view.At - run.StartedAt)} ago, was taken back.",
        (_, { UndoUntil: { } until } run) when until > view.At => $"Last cleanup {Distance(view.At - run.StartedAt)} ago: {run.Reason} It can be undone until {until:d MMM HH:mm} UTC.",
        (_, { } run) => $"Last cleanup {Distance(view.At - run.StartedAt)} ago: {run.Reason}",
    };

    private static string AlertsOf(LiveView view) => view.Firing switch
    {
        null => "No alert rule has been judged yet.",
        { Count: 0 } => "No alert is firing.",
        var firing => $"{firing.Count} {(firing.Count == 1 ? "alert fires" : "alerts fire")}: {string.Join(", ", firing.Select(alert => alert.Subject is null ? alert.Rule : $"{alert.Rule} ({alert.Subject})"))}.",
    };

    private static string Title(string word) => TierNames.Parse(word)?.Title() ?? word;
}
