using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Storage;

namespace CacheKeeper;

/// <summary>Reads the settings: file, then environment, then what a project overrides.</summary>
internal static class SettingsStore
{
    private static readonly (string Variable, string Path)[] Variables =
    [
        ("PROJECT_NAME", "project"),
        ("DATABASE_URL", "postgresql.url"),
        ("UPSTASH_URL", "upstash.url"),
        ("UPSTASH_REDIS_REST_URL", "upstash.url"),
        ("UPSTASH_TOKEN", "upstash.token"),
        ("UPSTASH_REDIS_REST_TOKEN", "upstash.token"),
        ("REDIS_URL", "upstash.redisUrl"),
        ("MEM0_HOST", "mem0.host"),
        ("MEM0_API_KEY", "mem0.apiKey"),
        ("CACHEKEEPER_STATE_URL", "state.url"),
        ("CACHEKEEPER_URLS", "web.urls"),
    ];

    /// <summary>The settings of one project (default: the first).</summary>
    /// <exception cref="KeeperException">All mistakes at once, each with its path (exit code 2).</exception>
    public static KeeperSettings Load(string? file, string? project)
    {
        var (document, path) = ReadFile(file);
        return Load(document, path, project ?? Projects(document)[0]);
    }

    /// <summary>The settings of every project, the default one first.</summary>
    /// <param name="only">This project alone; null for all.</param>
    /// <inheritdoc cref="Load(string?, string?)"/>
    public static IReadOnlyList<KeeperSettings> LoadAll(string? file, string? only)
    {
        var (document, path) = ReadFile(file);
        IReadOnlyList<string> names = only is null ? Projects(document) : [only];
        return [.. names.Select(name => Load(document, path, name))];
    }

    private static KeeperSettings Load(JsonObject document, string? path, string chosen)
    {
        var names = Projects(document);
        if (!names.Contains(chosen) && names.Count > 1)
        {
            throw KeeperException.Usage($"There is no project '{chosen}' in the settings.", "Known projects: " + string.Join(", ", names));
        }

        var (settings, errors) = SettingsBinder.Bind<KeeperSettings>(ForProject(document, chosen));
        return errors.Count == 0
            ? settings
            : throw KeeperException.Usage(string.Join(Environment.NewLine, errors.Prepend($"{(path is null ? "The settings" : path)} cannot be used:")), "'cachekeeper config schema' tells what each setting takes.");
    }

    /// <summary>The names of all projects, the default one first.</summary>
    public static IReadOnlyList<string> ListProjects(string? file) => Projects(ReadFile(file).Document);

    /// <summary>The file that applies; null when there is none.</summary>
    /// <exception cref="KeeperException">A file was named and does not exist.</exception>
    public static string? FindFile(string? named)
    {
        if (named is not null)
        {
            return File.Exists(named) ? named : throw KeeperException.Usage($"There is no settings file {named}.", "Check --config.");
        }

        string[] usual = ["cachekeeper.json", Path.Combine(Folder("XDG_CONFIG_HOME", ".config"), "cachekeeper", "cachekeeper.json")];
        return usual.FirstOrDefault(File.Exists);
    }

    /// <summary>Where the state lives.</summary>
    public static StateLocation Locate(StateSettings state) => new(
        state.Directory ?? Path.Combine(Folder("XDG_STATE_HOME", Path.Combine(".local", "state")), "cachekeeper"),
        SecretStore.Resolve(state.Url) is { } url ? Tiers.PostgresConnectionHost.Parse(url).ToString() : null);

    private static string Folder(string variable, string underHome) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : Path.GetTempPath(), underHome);

    private static (JsonObject Document, string? Path) ReadFile(string? named)
    {
        var path = FindFile(named);
        JsonObject document;
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };
            document = path is null ? [] : JsonNode.Parse(File.ReadAllText(path), null, options) as JsonObject ?? throw new JsonException("expected an object");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw KeeperException.Usage($"{path} is not readable JSON: {e.Message}", "Mend the file; 'cachekeeper config schema' tells what it may hold.");
        }

        foreach (var (variable, setting) in Variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && !string.IsNullOrWhiteSpace(value))
            {
                Set(document, setting, value.Trim());
            }
        }

        return (document, path);
    }

    private static void Set(JsonObject document, string path, string value)
    {
        if (path.Split('.') is [var section, var name])
        {
            // What stands there and is no section is told as a mistake.
            if (!document.TryGetPropertyValue(section, out var written))
            {
                document[section] = written = new JsonObject();
            }

            if (written is JsonObject inner)
            {
                inner[name] = value;
            }
        }
        else
        {
            document[path] = value;
        }
    }

    private static List<string> Projects(JsonObject document)
    {
        var first = (document["project"] as JsonValue)?.ToString();
        var others = (document["projects"] as JsonObject)?.Select(pair => pair.Key).ToList() ?? [];
        return first is null && others.Count > 0 ? others : [.. new[] { first ?? KeeperSettings.DefaultProject }.Concat(others).Distinct()];
    }

    private static JsonObject ForProject(JsonObject document, string project)
    {
        var whole = (JsonObject)document.DeepClone();
        if ((document["projects"] as JsonObject)?[project] is JsonObject own)
        {
            Merge(whole, own);
        }

        if (!whole.TryGetPropertyValue("project", out var named) || named is not null)
        {
            whole["project"] = project;
        }

        return whole;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (value is JsonObject inner && into[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }
}
