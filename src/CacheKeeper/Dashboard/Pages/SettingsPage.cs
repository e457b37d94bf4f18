using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The settings that apply, those that somebody set first.</summary>
internal static class SettingsPage
{
    public static Html Of(IReadOnlyList<ShownSetting> settings, string? file) => Html.Of($"""
        <h1>Settings</h1>
        <p class="lead">What applies now. It is changed in {(file ?? "cachekeeper.json or the environment")}, never here; secrets are only named.</p>
        <h2>Set for this keeper</h2>
        {(settings.All(setting => setting.IsDefault) ? Html.Of($"<p class=\"empty\">Nothing: every setting has its default.</p>") : Table(settings.Where(setting => !setting.IsDefault), "Set"))}
        {Html.Each(settings.Where(setting => setting.IsDefault).GroupBy(setting => setting.Path.Split('.')[0]), room => Html.Of($"""
            <details><summary>{room.Key}: {Defaults(room.Count())}</summary>{Table(room, room.Key)}</details>
            """))}
        """);

    private static string Defaults(int count) => count == 1 ? "1 default" : $"{count} defaults";

    private static Html Table(IEnumerable<ShownSetting> settings, string label) =>
        Grid.Of(label, ["Setting", Column.Prose("Value")], settings, setting => [Html.Of($"{setting.Path}"), Html.Of($"{setting.Value}")]);
}
