using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The settings that apply, those that somebody set first.</summary>
internal static class SettingsPage
{
    public static Html Of(IReadOnlyList<ShownSetting> settings, string? file) => Html.Of($"""
        <h1>Settings</h1>
        <p class="lead">What applies now. It is changed in {(file ?? "cachekeeper.json or the environment")}, never here; secrets are only named.</p>
        <h2>Set for this keeper</h2>
        {(settings.All(setting => setting.IsDefault) ? Html.Of($"<p>Everything is as it comes.</p>") : Table(settings.Where(setting => !setting.IsDefault), "Set"))}
        {Html.Each(settings.Where(setting => setting.IsDefault).GroupBy(setting => setting.Path.Split('.')[0]), room => Html.Of($"""
            <details><summary>{room.Key}: as it comes ({room.Count()})</summary>{Table(room, room.Key)}</details>
            """))}
        """);

    private static Html Table(IEnumerable<ShownSetting> settings, string label) => Html.Of($"""
        <div class="wide" tabindex="0" role="region" aria-label="{label}"><table>
        <thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
        <tbody>{Html.Each(settings, setting => Html.Of($"<tr><td>{setting.Path}</td><td>{setting.Value}</td></tr>"))}</tbody></table></div>
        """);
}
