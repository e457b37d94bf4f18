using System.Text;
using System.Text.Json;

namespace CacheKeeper.Tests.Configuration;

/// <summary>docs/configuration.md is made from the settings' types and comments, so that neither can say what the other does not.</summary>
public sealed class ConfigurationPageTests
{
    [Fact]
    public void The_page_says_what_the_settings_take()
    {
        var page = Path.Combine(Repository.Root, "docs", "configuration.md");
        var text = Page();
        if (Environment.GetEnvironmentVariable("CACHEKEEPER_APPROVE") == "1")
        {
            File.WriteAllText(page, text);
        }

        Assert.Equal(text, File.ReadAllText(page).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_setting_says_what_it_means() => Assert.Equal("", string.Join(", ",
        Sections().SelectMany(section => SettingsReference.Lines(section.Type, section.Defaults, section.Name + ".")).Where(line => line.Meaning.Length == 0).Select(line => line.Path)));

    private static IEnumerable<(string Name, Type Type, object Defaults)> Sections() => SettingsReference.Properties(typeof(KeeperSettings)).Where(property => SettingsReference.IsSection(property.PropertyType))
        .Select(property => (JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.PropertyType, property.GetValue(new KeeperSettings())!));

    private static string Page()
    {
        var page = new StringBuilder("""
            # Configuration

            Every setting of `cachekeeper.json`, its default, what it may be and what it means.

            The file is looked for where `--config` says, then as `./cachekeeper.json`, then in `$XDG_CONFIG_HOME/cachekeeper/`. No file is needed: a tier without settings is left out, everything
            else has a default. Comments and trailing commas are allowed; a name that is not known is a mistake (exit code 2), told with its path and what would be valid, all mistakes at once.
            `cachekeeper config check` tries a file, `config show` prints what applies with secrets hidden, `config schema` prints the JSON schema for editors.

            **Variables** win over the file: `PROJECT_NAME`, `DATABASE_URL`, `UPSTASH_URL` or `UPSTASH_REDIS_REST_URL`, `UPSTASH_TOKEN` or `UPSTASH_REDIS_REST_TOKEN`, `REDIS_URL`, `MEM0_HOST`,
            `MEM0_API_KEY`, `CACHEKEEPER_STATE_URL`, `CACHEKEEPER_URLS`. An empty variable counts as not set.
            **Secrets** are a text, `{ "env": "NAME" }` or `{ "file": "PATH" }`; they are read where they are used and never printed.
            **Times** are written `90s`, `15m`, `6h`, `7d` or `hh:mm:ss`; **shares** `0.2` or `20%`.
            **Several projects**: `projects` maps each further project's name to the settings it overrides; everything else it shares.


            """);
        page.Append("| setting | default | takes | what it means |\n|---|---|---|---|\n");
        foreach (var property in SettingsReference.Properties(typeof(KeeperSettings)).Where(property => !SettingsReference.IsSection(property.PropertyType)))
        {
            page.Append($"| `{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}` | {(property.Name == "Project" ? "`upi_admin_gateway`" : "")} | {(property.Name == "Project" ? "text" : "object")} | {Cell(SettingsReference.Comment(property))} |\n");
        }

        foreach (var (name, type, defaults) in Sections())
        {
            page.Append($"\n## {name}\n\n{SettingsReference.Comment(type)}\n\n| setting | default | takes | what it means |\n|---|---|---|---|\n");
            foreach (var line in SettingsReference.Lines(type, defaults, name + "."))
            {
                page.Append($"| `{line.Path}` | {(line.Default.Length > 0 ? $"`{line.Default}`" : "")} | {line.Allowed} | {Cell(line.Meaning)} |\n");
            }
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
