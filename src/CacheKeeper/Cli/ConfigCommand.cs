using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>config check|show|schema</c>: is the configuration right, what applies, and what may stand in it.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Checks, shows and describes the settings")
    {
        Verb("check", "Check the settings: all mistakes at once, each with its path (exit code 2)", Check),
        Verb("show", "Show the settings that apply, secrets left out", Show),
        Verb("schema", "The JSON schema of cachekeeper.json", Schema),
    };

    private static Command Verb(string name, string summary, Func<ParseResult, int> run)
    {
        var command = new Command(name, summary);
        command.SetAction(run);
        return command;
    }

    private static int Check(ParseResult parsed)
    {
        var file = parsed.GetValue(CommonOptions.Config);
        var projects = parsed.GetValue(CommonOptions.Project) is { } one ? [one] : SettingsStore.ListProjects(file);
        var settings = projects.Select(project => SettingsStore.Load(file, project)).ToList();
        var mistakes = settings.SelectMany(TierHost.Mistakes).Select(mistake => $"{mistake.Message} {mistake.Hint}").Distinct().ToList();
        if (mistakes.Count > 0)
        {
            throw KeeperException.Usage(string.Join('\n', mistakes), "'cachekeeper config schema' tells what each setting takes.");
        }

        var missing = settings.Select(project => (project.Project, Tiers: Unconfigured(project))).ToList();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { valid = true, file = SettingsStore.FindFile(file), projects = missing.Select(project => new { project.Project, not_configured = project.Tiers }) });
            return ExitCode.Done;
        }

        TerminalHost.Say($"The settings are right ({SettingsStore.FindFile(file) ?? "no file; environment and defaults"}).");
        foreach (var (project, tiers) in missing)
        {
            TerminalHost.Say($"  {project}: {(tiers.Count == 0 ? "all three tiers are configured" : "not configured: " + string.Join(", ", tiers))}");
        }

        return ExitCode.Done;
    }

    private static int Show(ParseResult parsed)
    {
        var node = JsonSerializer.SerializeToNode(SessionHost.Settings(parsed), SettingsBinder.Format)!;
        HidePasswords(node);
        TerminalHost.Say(node.ToJsonString(SettingsBinder.Format));
        return ExitCode.Done;
    }

    private static int Schema(ParseResult parsed)
    {
        var format = new JsonSerializerOptions(SettingsBinder.Format) { TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };
        var schema = format.GetJsonSchemaAsNode(typeof(KeeperSettings), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        schema["title"] = "cachekeeper.json";
        TerminalHost.Say(schema.ToJsonString(SettingsBinder.Format));
        return ExitCode.Done;
    }

    private static List<string> Unconfigured(KeeperSettings settings)
    {
        (string Name, bool Set)[] tiers =
        [
            ("postgresql", SecretStore.Resolve(settings.Postgresql.Url) is not null),
            ("upstash", (settings.Upstash.Url is { Length: > 0 } && SecretStore.Resolve(settings.Upstash.Token) is not null) || SecretStore.Resolve(settings.Upstash.RedisUrl) is not null),
            ("mem0", SecretStore.Resolve(settings.Mem0.ApiKey) is not null),
        ];
        return [.. tiers.Where(tier => !tier.Set).Select(tier => tier.Name)];
    }

    // Addresses are no secrets, the passwords inside some of them are.
    private static void HidePasswords(JsonNode node)
    {
        if (node["upstash"]?["url"] is JsonValue url && Uri.TryCreate(url.ToString(), UriKind.Absolute, out var address) && address.UserInfo.Length > 0)
        {
            node["upstash"]!["url"] = address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped);
        }
    }
}
