using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>One run: why, what it planned, what was expected and what came, and the way back.</summary>
internal static class RunPage
{
    private static readonly JsonSerializerOptions Readable = new(StateJson.Options) { WriteIndented = true };

    public static Html Of(RunRecord run, bool mayUndo, string query, DateTimeOffset now) => Html.Of($"""
        <h1>{run.Run}</h1>
        <p class="lead">{Text.Outcome(run)} {run.Reason}</p>
        <dl class="plain"><dt>Job</dt><dd>{run.Job}</dd><dt>Began</dt><dd>{Text.Ago(run.StartedAt, now)}</dd>
        <dt>Ended</dt><dd>{(run.EndedAt is null ? Html.Of($"still running") : Text.Ago(run.EndedAt, now))}</dd>
        <dt>Started by</dt><dd>{RunRow.Word(run.Trigger).Replace('_', ' ')}, on {run.Node}</dd>
        {Html.When(run.Undoes is not null, () => Html.Of($"<dt>Takes back</dt><dd>{run.Undoes}</dd>"))}</dl>
        {Html.When(mayUndo && run.UndoUntil > now, () => Undo(run, query))}
        {Part("Counts", run.Counts)}{Part("Expected", run.Expected)}{Part("Actual", run.Actual)}{Part("Plan", run.Plan)}
        """);

    private static Html Undo(RunRecord run, string query) => Html.Of($"""
        <form method="post" action="/runs/{Uri.EscapeDataString(run.Run)}/undo{query}" class="row">
        <button>Undo this run</button> <span class="fine">Brings back what it removed, where nothing was written since. Possible until {Text.Clock(run.UndoUntil!.Value)}.</span></form>
        """);

    private static Html Part(string title, JsonNode? document) => document is null ? Html.None : Html.Of($"""
        <details{Html.When(title != "Plan", () => Html.Of($" open"))}><summary>{title}</summary><pre tabindex="0" role="region" aria-label="{title}">{document.ToJsonString(Readable)}</pre></details>
        """);
}
