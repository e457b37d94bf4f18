using System.Text.Json;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What a restore would do, tier by tier, and the words to type.</summary>
internal static class RestorePage
{
    /// <summary>What a person types to restore; null when the run is no preview of a restore.</summary>
    public static string? Words(RunRecord preview) => Point(preview) is { } point ? $"restore {point}" : null;

    /// <summary>The restore point that the preview looked at.</summary>
    public static string? Point(RunRecord preview) => preview.Job == "restore" && preview.Outcome == RunOutcome.DryRun ? preview.Plan?["point"]?.ToString() : null;

    public static Html Of(RunRecord preview, string aim, string? mistake, string query) => Html.Of($"""
        <h1>Restore: what it would do</h1>
        <p class="lead">{preview.Reason}</p>
        {Grid.Of(
            "What a restore would do", ["Tier", Column.Number("Added"), Column.Number("Put back"), Column.Number("Removed"), Column.Number("The same"), Column.Number("Left alone"), Column.Number("Not revived")], Tallies(preview), pair =>
            [
                Html.Of($"{BackupText.Title(pair.Tier)}"), Html.Of($"{pair.Tally.Added:N0}"), Html.Of($"{pair.Tally.Replaced:N0}"), Html.Of($"{pair.Tally.Removed:N0}"), Html.Of($"{pair.Tally.Same:N0}"),
                Html.Of($"{pair.Tally.Left + pair.Tally.Newer:N0}"), Html.Of($"{pair.Tally.Expired:N0}"),
            ])}
        <p>What stands now is copied first, as a restore point of its own: that is the way back.</p>
        {Html.When(mistake is not null, () => Html.Of($"""<p class="notice bad" role="alert">{mistake}</p>"""))}
        <form method="post" action="/restores/{Uri.EscapeDataString(preview.Run)}/apply{query}" class="row"><input type="hidden" name="aim" value="{aim}">
        <label for="words">Type <strong>{Words(preview)}</strong> to do it</label><input id="words" name="words" autocomplete="off" required><button class="danger">Restore</button></form>
        <p><a href="/backups{query}">Back to the backups</a></p>
        """);

    private static IEnumerable<(string Tier, RestoreTally Tally)> Tallies(RunRecord preview) =>
        preview.Plan?["tiers"]?.Deserialize<Dictionary<string, RestoreTally>>(StateJson.Options)?.Select(pair => (pair.Key, pair.Value)) ?? [];
}
