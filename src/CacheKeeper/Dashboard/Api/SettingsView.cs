using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Api;

/// <summary>The settings that apply as people may see them: every path with its value and whether it is the default; secrets only by where they come from.</summary>
internal static class SettingsView
{
    private static readonly string[] Hidden = ["projects"];

    public static IReadOnlyList<ShownSetting> Of(KeeperSettings settings)
    {
        var defaults = Flat(new KeeperSettings()).ToDictionary(pair => pair.Path, pair => pair.Value);
        return [.. Flat(settings).Select(pair => new ShownSetting(pair.Path, pair.Value, defaults.TryGetValue(pair.Path, out var usual) && usual == pair.Value))];
    }

    private static IEnumerable<(string Path, string Value)> Flat(KeeperSettings settings) =>
        Walk(JsonSerializer.SerializeToNode(settings, SettingsBinder.Format)!, "").Where(pair => !Hidden.Any(name => pair.Path == name || pair.Path.StartsWith(name + ".", StringComparison.Ordinal)));

    private static IEnumerable<(string Path, string Value)> Walk(JsonNode? node, string path) => node switch
    {
        JsonObject { Count: > 0 } section => section.SelectMany(pair => Walk(pair.Value, path.Length == 0 ? pair.Key : $"{path}.{pair.Key}")),
        JsonArray { Count: > 0 } list => list.SelectMany((item, index) => Walk(item, $"{path}[{index}]")),
        JsonValue value => [(path, WithoutPassword(value.ToString()))],
        _ => [],
    };

    // Addresses are no secrets; what stands before an @ or behind a ? in one may be.
    private static string WithoutPassword(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "redis" or "rediss" or "postgres" or "postgresql"
        ? WithoutSecrets(text)
        : text;

    private static string WithoutSecrets(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.UserInfo.Length > 0 || address.Query.Length > 0)
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : text;
}

/// <summary>One setting.</summary>
internal sealed record ShownSetting(string Path, string Value, bool IsDefault);
