using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Configuration;

/// <summary>Commands check only the sections in which something is written: here is the proof that the others need no check.</summary>
public sealed class DefaultSettingsTests
{
    [Fact]
    public void Every_default_keeps_the_rules_of_its_setting()
    {
        var (_, errors) = SettingsBinder.Bind<KeeperSettings>(EverySection(new KeeperSettings()));
        Assert.Empty(errors);
    }

    [Fact]
    public void A_mistake_is_told_however_deep_it_is_and_however_its_sections_are_spelt()
    {
        var (_, errors) = SettingsBinder.Bind<KeeperSettings>((JsonObject)JsonNode.Parse("""{"Cleanup":{"VACUUM":{"longest":"-00:00:01"},"batchSize":0},"scheduling":{"jobs":{"backup":{"cron":"no"}}}}""")!);
        Assert.Contains(errors, error => error.StartsWith("cleanup.batchSize: ", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("cleanup.vacuum.longest: ", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("scheduling.jobs.backup", StringComparison.Ordinal));
    }

    // Each section that is there by default, written and empty: so it is checked with its defaults.
    private static JsonObject EverySection(object defaults)
    {
        var sections = SettingsReference.Properties(defaults.GetType()).Where(property => SettingsReference.IsSection(property.PropertyType) && property.GetValue(defaults) is not null);
        return new JsonObject(sections.Select(property => KeyValuePair.Create(JsonNamingPolicy.CamelCase.ConvertName(property.Name), (JsonNode?)EverySection(property.GetValue(defaults)!))));
    }
}
