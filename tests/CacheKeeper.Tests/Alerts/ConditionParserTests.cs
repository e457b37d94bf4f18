using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Alerts;

public sealed class ConditionParserTests
{
    private static readonly MetricCatalogue Catalogue = KnownMetrics.All;

    [Theory]
    [InlineData("hit_ratio < 70% for 5m and lookups > 100/h")]
    [InlineData("all_tiers_unavailable")]
    [InlineData("forecast(size, 7d) > limit")]
    [InlineData("anomaly(severity >= warning)")]
    [InlineData("anomaly(hit_ratio, severity = critical)")]
    [InlineData("no_data(hit_ratio, 30m)")]
    [InlineData("burn_rate(availability, 99.9%) > 14.4 or burn_rate(availability, 99.9%, 6h, 30m) > 6")]
    [InlineData("not (memory_usage > 80% clear 75%) for 2 min")]
    [InlineData("size > 80% of limit")]
    [InlineData("upstash_latency_p95 > 500ms and not upstash_unavailable")]
    [InlineData("avg(hit_ratio, 1h) < 0.6 given lookups > 100/h")]
    public void What_the_page_shows_is_read(string text)
    {
        var (condition, errors) = ConditionParser.Parse(text, Catalogue);
        Assert.Empty(errors);
        Assert.NotNull(condition);
    }

    [Theory]
    [InlineData("hit_ratio < 70%", "hit_ratio < 0.7")]
    [InlineData("upstash_latency_p95 > 2s", "upstash_latency_p95 > 2000ms")]
    [InlineData("size > 1GiB", "size > 1024 MiB")]
    [InlineData("size > 2MB", "size > 2000 kb")]
    [InlineData("lookups > 2/min", "lookups > 120/h")]
    public void Units_are_equal_when_they_mean_the_same(string left, string right) =>
        Assert.Equal(ConditionParser.Parse(left, Catalogue).Condition!.Root, ConditionParser.Parse(right, Catalogue).Condition!.Root);

    [Theory]
    [InlineData("hit_rato < 70%", 1, "Did you mean 'hit_ratio'?")]
    [InlineData("hit_ratio < 70", 13, "70% or a fraction such as 0.7")]
    [InlineData("upstash_latency_p95 > 500", 23, "with a unit")]
    [InlineData("lookups > 100", 11, "per time")]
    [InlineData("hit_ratio", 1, "must be compared")]
    [InlineData("hit_ratio <", 12, "is missing")]
    [InlineData("(hit_ratio < 70%", 17, "')' is missing")]
    [InlineData("hit_ratio < 70% clear 65%", 23, "must not be below")]
    [InlineData("hit_ratio < 70% whatever", 17, "is not expected here")]
    [InlineData("hit_ratio < 70% for 5", 21, "length of time")]
    [InlineData("hit_ratio # 70%", 11, "has no meaning")]
    [InlineData("hit_ratio < size", 13, "another unit")]
    [InlineData("", 1, "is missing")]
    [InlineData("anomaly(severity >= dreadful)", 21, "info, warning or critical")]
    [InlineData("burn_rate(availability, 100%) > 1", 25, "objective")]
    public void A_mistake_is_told_with_its_place(string text, int position, string part)
    {
        var (condition, errors) = ConditionParser.Parse(text, Catalogue);
        Assert.Null(condition);
        var error = Assert.Single(errors);
        Assert.Equal(position, error.Position);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_unknown_metric_is_told_at_once() =>
        Assert.Equal([1, 21], ConditionParser.Parse("hit_rati < 70% and (lookup > 1/h or size > 1)", Catalogue).Errors.Select(error => error.Position));

    [Fact]
    public void Nesting_and_length_have_bounds()
    {
        Assert.NotEmpty(ConditionParser.Parse(new string('(', 1_000) + "x", Catalogue).Errors);
        Assert.NotEmpty(ConditionParser.Parse(string.Concat(Enumerable.Repeat("not ", 400)) + "all_tiers_unavailable", Catalogue).Errors);
        Assert.NotEmpty(ConditionParser.Parse(new string(' ', ConditionParser.LongestText + 1), Catalogue).Errors);
    }

    [Fact]
    public void The_built_in_rules_load_without_a_mistake()
    {
        var book = RuleBook.Load(BuiltInRules.All, [], Catalogue, ["email", "slack", "webhook", "log"]);
        Assert.Empty(book.Errors);
        Assert.True(book.Rules.Count >= 18);
    }

    [Fact]
    public void Every_built_in_rule_advises_and_has_its_runbook_page()
    {
        foreach (var rule in BuiltInRules.All)
        {
            Assert.NotEmpty(rule.Recommendations ?? []);
            Assert.True(File.Exists(Path.Combine(Repository.Root, rule.RunbookUrl!)), $"{rule.Name}: {rule.RunbookUrl} is missing");
        }
    }

    [Fact]
    public void A_rule_named_like_a_built_in_one_changes_only_what_it_names()
    {
        AlertRule[] own = [new() { Name = "Low Hit Ratio", Condition = "hit_ratio < 50%" }, new() { Name = "anomaly", Enabled = false }];
        var book = RuleBook.Load(BuiltInRules.All, own, Catalogue, ["slack", "email", "webhook", "log"]);
        var changed = Assert.Single(book.Rules, rule => rule.Name == "low-hit-ratio");
        Assert.Equal("hit_ratio < 50%", changed.Condition.Text);
        Assert.Equal("trigger_optimization", changed.AutoAction);
        Assert.DoesNotContain(book.Rules, rule => rule.Name == "anomaly");
    }

    [Fact]
    public void All_mistakes_of_all_rules_are_told_with_their_paths()
    {
        AlertRule[] own = [new() { Name = "a", Condition = "hit_ratoi < 1" }, new() { Name = "b" }, new() { Name = "c", Condition = "all_tiers_unavailable", Channels = ["pager"] }];
        var errors = RuleBook.Load([], own, Catalogue, ["log"]).Errors;
        Assert.Equal(3, errors.Count);
        Assert.All(errors.Zip(["alerts.rules.a.condition", "alerts.rules.b.condition", "alerts.rules.c.channels"]), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }
}
