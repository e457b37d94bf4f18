using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>One run: why, what it planned, what was expected and what came, and the way back.</summary>
internal static class RunPage
{
    private const int MostFields = 200;
    private static readonly JsonSerializerOptions Readable = new(StateJson.Options) { WriteIndented = true };

    public static Html Of(RunRecord run, bool mayUndo, string query, DateTimeOffset now) => Html.Of($"""
        <h1>{run.Job.Replace('-', ' ')}</h1>
        <p class="lead">{Text.Outcome(run)} {run.Reason}</p>
        {Html.When(mayUndo && run.UndoUntil > now, () => Undo(run, query))}
        <dl class="plain"><dt>Run</dt><dd>{run.Run}</dd><dt>Began</dt><dd>{Text.Ago(run.StartedAt, now)}</dd>
        <dt>Ended</dt><dd>{(run.EndedAt is { } ended ? Html.Of($"{Text.Ago(ended, now)}, after {Live.OverviewSentences.Distance(ended - run.StartedAt)}") : Html.Of($"still running"))}</dd>
        <dt>Started by</dt><dd>{RunRow.Word(run.Trigger).Replace('_', ' ')}, on {run.Node}</dd>
        {Html.When(run.Undoes is not null, () => Html.Of($"""<dt>Takes back</dt><dd><a href="/runs/{Uri.EscapeDataString(run.Undoes!)}{query}">{run.Undoes}</a></dd>"""))}</dl>
        {Html.When(Plan(run) is not null, () => Html.Of($"<h2>The plan</h2>{PlanPage.Removals(Plan(run)!)}"))}
        {Figures(run)}
        {Html.When(mayUndo, () => Html.Of($"""<form method="post" action="/do/debug/why{query}" class="row"><input type="hidden" name="run" value="{run.Run}"><button>Why did it decide so?</button> <span class="fine">Decides again from what it recorded.</span></form>"""))}
        {Html.When(run.Plan is not null, () => Html.Of($"""<details><summary>The plan as it was recorded</summary><pre tabindex="0" role="region" aria-label="Plan">{run.Plan!.ToJsonString(Readable)}</pre></details>"""))}
        """);

    private static Html Undo(RunRecord run, string query) => Html.Of($"""
        <form method="post" action="/runs/{Uri.EscapeDataString(run.Run)}/undo{query}" class="row">
        <button class="first">Undo this run</button> <span class="fine">Brings back what it removed, where nothing was written since. Possible until {Text.Clock(run.UndoUntil!.Value)}.</span></form>
        """);

    // A run of another kind has a plan of another shape; one that cannot be read is still shown as it was recorded.
    private static CleanupPlan? Plan(RunRecord run)
    {
        try
        {
            return run.Plan?["removals"] is JsonArray { Count: > 0 } ? run.Plan.Deserialize<CleanupPlan>(StateJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Html Figures(RunRecord run)
    {
        var (counts, expected, actual) = (Fields(run.Counts), Fields(run.Expected), Fields(run.Actual));
        var names = counts.Keys.Concat(expected.Keys).Concat(actual.Keys).Distinct().Where(name => !new[] { counts, expected, actual }.All(fields => fields.GetValueOrDefault(name, "0") is "0" or "")).Take(MostFields).ToList();
        return Html.Of($"""
            {Html.When(names.Count > 0, () => Html.Of($"""
                <h2>Expected and come</h2>
                {Grid.Of("Expected and come", ["Figure", Column.Number("Counted"), Column.Number("Expected"), Column.Number("Came")], names, name =>
                    [Html.Of($"{name.Replace('_', ' ')}"), Html.Of($"{counts.GetValueOrDefault(name, "")}"), Html.Of($"{expected.GetValueOrDefault(name, "")}"), Html.Of($"{actual.GetValueOrDefault(name, "")}")])}
                """))}
            {Parts(run.Counts as JsonObject)}
            """);
    }

    // What stands in documents within the counts: a row for each (a tier), a column for each figure that is not zero everywhere.
    private static Html Parts(JsonObject? counts)
    {
        var parts = (counts ?? []).Where(pair => pair.Value is JsonObject { Count: > 0 }).Select(pair => (pair.Key, Fields: Fields(pair.Value))).Take(MostFields).ToList();
        var columns = parts.SelectMany(part => part.Fields.Where(field => field.Value is not ("0" or "")).Select(field => field.Key)).Distinct().Take(MostFields).ToList();
        return columns.Count == 0 ? Html.None : Grid.Of("Figures by part", ["Of it", .. columns.Select(column => Column.Number(column.Replace('_', ' ')))], parts, part =>
            [Html.Of($"{TierNames.Parse(part.Key)?.Title() ?? part.Key.Replace('_', ' ')}"), .. columns.Select(column => Html.Of($"{part.Fields.GetValueOrDefault(column, "")}"))]);
    }

    private static Dictionary<string, string> Fields(JsonNode? document) =>
        (document as JsonObject ?? []).Where(pair => pair.Value is JsonValue).ToDictionary(pair => pair.Key, pair => Figure((JsonValue)pair.Value!));

    private static string Figure(JsonValue value) => value.TryGetValue<double>(out var number)
        ? number.ToString(Math.Abs(number) >= 1000 || number == Math.Floor(number) ? "N0" : "0.####")
        : Text.Short(value.ToString(), 300);
}
