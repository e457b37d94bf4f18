namespace CacheKeeper.Tests.Configuration;

/// <summary>Null in the settings file, through what <c>config check</c> and every command read it with.</summary>
public sealed class NullSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("""{"health":null}""", "health")]
    [InlineData("""{"health":{"interval":null}}""", "health.interval")]
    [InlineData("""{"cleanup":{"pace":null}}""", "cleanup.pace")]
    [InlineData("""{"postgresql":{"table":null}}""", "postgresql.table")]
    [InlineData("""{"upstash":null}""", "upstash")]
    [InlineData("""{"scheduling":{"jobs":null}}""", "scheduling.jobs")]
    [InlineData("""{"scheduling":{"jobs":{"backup":null}}}""", "scheduling.jobs.backup")]
    [InlineData("""{"optimizer":{"apply":null}}""", "optimizer.apply")]
    [InlineData("""{"optimizer":{"apply":["ttl",null]}}""", "optimizer.apply[1]")]
    [InlineData("""{"projects":{"other":null}}""", "projects.other")]
    [InlineData("""{"projects":null}""", "projects")]
    [InlineData("""{"alerts":{"channels":[null]}}""", "alerts.channels[0]")]
    [InlineData("""{"alerts":{"channels":[{"type":"webhook","name":"a","url":null}]}}""", "alerts.channels[0].url")]
    [InlineData("""{"alerts":{"rules":[{"name":"x","condition":"hit_ratio < 70%","channels":[null]}]}}""", "alerts.rules[0].channels[0]")]
    [InlineData("""{"alerts":{"actions":{"jobs":{"trigger_cleanup":null}}}}""", "alerts.actions.jobs.trigger_cleanup")]
    [InlineData("""{"web":{"openId":null}}""", "web.openId")]
    [InlineData("""{"project":null}""", "project")]
    public void Null_is_told_as_a_mistake_with_its_path_and_what_to_do(string json, string path)
    {
        var told = Assert.Throws<KeeperException>(() => Load(json));
        Assert.Equal(ExitCode.Usage, told.ExitCode);
        Assert.Contains($"{path}: null cannot be read: leave it out to have its default.", told.Message.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Several_nulls_are_told_at_once_and_hide_no_other_mistake()
    {
        var told = Assert.Throws<KeeperException>(() => Load("""{"health":null,"cleanup":{"pace":null,"batchSize":0},"no":1,"scheduling":{"jobs":{"backup":5}}}""")).Message;
        string[] expected = ["health: null", "cleanup.pace: null", "cleanup.batchSize: ", "no: there is no such setting", "scheduling.jobs.backup: 5 cannot be read"];
        Assert.All(expected, mistake => Assert.Contains(mistake, told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"backup":{"location":null}}""")]
    [InlineData("""{"alerts":{"heartbeat":null}}""")]
    [InlineData("""{"alerts":{"rules":[{"name":"low-hit-ratio","severity":null}]}}""")]
    [InlineData("""{"mem0":{"apiKey":null}}""")]
    public void Null_is_right_where_nothing_is_a_choice(string json) => Assert.NotNull(Load(json));

    public void Dispose() => _folder.Dispose();

    private KeeperSettings Load(string json)
    {
        var file = Path.Combine(_folder.Path, "cachekeeper.json");
        File.WriteAllText(file, json);
        return SettingsStore.Load(file, project: null);
    }
}
