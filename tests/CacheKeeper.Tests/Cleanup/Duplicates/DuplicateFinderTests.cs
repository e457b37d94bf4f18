using CacheKeeper.Cleanup.Duplicates;
using CsCheck;

namespace CacheKeeper.Tests.Cleanup.Duplicates;

public sealed class DuplicateFinderTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Question = Gen.OneOf(
        "How do I reset my UPI PIN?", "how can i reset the upi pin", "Please reset my UPI PIN", "How do I reset my ATM PIN?", "Pay 500 to Ravi", "Pay Rs 500 to Ravi", "Pay 600 to Ravi",
        "why was my payment declined", "Why was my payment declined?", "Why was my payment not declined?", "", "???", "मेरा भुगतान विफल", "\u202e\0\ud800");

    private static readonly Gen<CachedText[]> Snapshot =
        Gen.Select(Question, Gen.Int[0, 1], Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 3]).Array[0, 25].Select(rows => rows.Select((row, i) => new CachedText("t" + i, row.Item1)
        {
            Category = row.Item2 == 0 ? "payments" : "users",
            Pinned = row.Item3 && i % 5 == 0,
            AccessCount = row.Item4 == 0 ? null : row.Item4,
            UpdatedAt = Day.AddDays(row.Item5),
        }).ToArray());

    [Fact]
    public void The_most_used_text_is_kept_then_the_newest_then_the_lowest_id()
    {
        Assert.Equal("b", Keeper(new("a", "pay") { AccessCount = 1 }, new("b", "Pay!") { AccessCount = 2 }));
        Assert.Equal("b", Keeper(new("a", "pay") { UpdatedAt = Day }, new("b", "Pay!") { UpdatedAt = Day.AddDays(1) }));
        Assert.Equal("a", Keeper(new("b", "pay"), new("a", "Pay!")));
        Assert.Equal("a", Keeper(new("a", "pay") { Pinned = true }, new("b", "Pay!") { AccessCount = 99 }));
    }

    [Fact]
    public void A_keeper_takes_over_the_accesses_and_what_only_the_others_knew()
    {
        var plan = Find(
            new("a", "How do I pay?") { AccessCount = 5, UpdatedAt = Day, Metadata = new Dictionary<string, string> { ["source"] = "app" } },
            new("b", "how do I pay") { AccessCount = 2, UpdatedAt = Day.AddDays(3), Metadata = new Dictionary<string, string> { ["source"] = "web", ["language"] = "en" } });
        var cluster = Assert.Single(plan.Clusters);
        Assert.Equal((7L, Day.AddDays(3)), (cluster.AccessCount, cluster.UpdatedAt));
        Assert.Equal(new Dictionary<string, string> { ["source"] = "app", ["language"] = "en" }, cluster.Metadata);
    }

    [Fact]
    public void Accesses_nobody_counted_stay_unknown() => Assert.Null(Assert.Single(Find(new("a", "pay"), new("b", "Pay")).Clusters).AccessCount);

    [Fact]
    public void Two_pinned_texts_both_stay() => Assert.Empty(Find(new("a", "pay") { Pinned = true }, new("b", "Pay") { Pinned = true }).Clusters);

    [Fact]
    public void Texts_of_different_projects_categories_or_agents_are_never_compared()
    {
        var plan = Find(new("a", "pay"), new("b", "pay") { Category = "payments" }, new("c", "pay") { AgentId = "x" }, new("d", "pay") { Project = "p" });
        Assert.Empty(plan.Clusters);
        Assert.Empty(plan.HeldBack);
    }

    [Fact]
    public void Texts_that_say_nothing_are_not_duplicates_of_each_other() => Assert.Empty(Find(new("a", ""), new("b", ""), new("c", "?!"), new("d", " ")).Clusters);

    [Fact]
    public void An_alike_pair_is_held_back_with_the_guards_name()
    {
        var pair = Assert.Single(Find(new("a", "Transfer Rs 500 to my savings account today"), new("b", "Transfer Rs 900 to my savings account today")).HeldBack);
        Assert.Equal(("a", "b", "numbers"), (pair.A, pair.B, pair.Guard));
        Assert.InRange(pair.Similarity, 0.5f, 1f);
    }

    [Fact]
    public void A_keeper_is_final_and_every_removed_text_is_near_its_own_keeper() => Snapshot.Sample(texts =>
    {
        var plan = DuplicateFinder.Find(texts, null, DuplicatePolicy.Default);
        var byId = texts.ToDictionary(text => text.Id);
        var keepers = plan.Clusters.Select(cluster => cluster.Keeper).ToHashSet();
        var removed = plan.Clusters.SelectMany(cluster => cluster.Removed).ToList();
        Assert.Equal(removed.Count, removed.Select(text => text.Id).Distinct().Count());
        Assert.DoesNotContain(removed, text => keepers.Contains(text.Id) || byId[text.Id].Pinned || text.Similarity < DuplicatePolicy.Default.Threshold);
        Assert.All(plan.Clusters, cluster => Assert.All(cluster.Removed, text =>
        {
            Assert.Equal(byId[cluster.Keeper].Scope, byId[text.Id].Scope);
            Assert.True(KeeperOrder.Instance.Compare(byId[cluster.Keeper], byId[text.Id]) < 0);
        }));
    });

    [Fact]
    public void The_order_of_the_texts_does_not_matter() => Snapshot.Sample(texts =>
    {
        var plan = DuplicateFinder.Find(texts, null, DuplicatePolicy.Default);
        var turned = DuplicateFinder.Find(texts.Reverse(), null, DuplicatePolicy.Default);
        Assert.Equal(Printed(plan), Printed(turned));
    });

    [Fact]
    public void What_is_left_after_merging_has_no_duplicates() => Snapshot.Sample(texts =>
    {
        var removed = DuplicateFinder.Find(texts, null, DuplicatePolicy.Default).Clusters.SelectMany(cluster => cluster.Removed).Select(text => text.Id).ToHashSet();
        Assert.Equal(0, DuplicateFinder.Find(texts.Where(text => !removed.Contains(text.Id)), null, DuplicatePolicy.Default with { Threshold = 0.87f }).Removed);
    });

    [Fact]
    public void Thousands_of_equal_and_of_templated_texts_are_no_trouble()
    {
        CachedText[] texts =
        [
            .. Enumerable.Range(0, 3_000).Select(i => new CachedText("same" + i, i % 2 == 0 ? "What is UPI?" : "what is upi")),
            .. Enumerable.Range(0, 3_000).Select(i => new CachedText("amount" + i, $"Send Rs {i} to the electricity board of Pune today")),
        ];
        var plan = DuplicateFinder.Find(texts, null, DuplicatePolicy.Default with { MostHeldBack = 40 });
        Assert.Equal(2_999, plan.Removed);
        Assert.InRange(plan.HeldBack.Count, 1, 40);
    }

    [Theory]
    [InlineData("""{"text":"a"}""", "\"id\" is missing")]
    [InlineData("""{"id":"a"}""", "\"text\" is missing")]
    [InlineData("""{"id":"a","text":null}""", "\"text\" is missing")]
    [InlineData("""{"id":"a","text":1}""", "\"text\" must be a string")]
    [InlineData("""{"id":"a","text":"t","updated_at":"soon"}""", "updated_at")]
    [InlineData("""{"id":"a","text":"t","access_count":-1}""", "access_count")]
    [InlineData("""{"id":"a","text":"t","pinned":"yes"}""", "pinned")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not valid JSON")]
    public void A_bad_line_is_told_apart(string line, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => CachedTextReader.Read(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_line_is_read_or_refused_as_a_format_error() => Gen.String[0, 60].Sample(line =>
    {
        try
        {
            CachedTextReader.Read(line);
        }
        catch (FormatException)
        {
        }
    });

    private static DuplicatePlan Find(params CachedText[] texts) => DuplicateFinder.Find(texts, null, DuplicatePolicy.Default);

    private static string Keeper(params CachedText[] texts) => Assert.Single(Find(texts).Clusters).Keeper;

    private static string Printed(DuplicatePlan plan) => string.Join(' ', plan.Clusters.Select(cluster => $"{cluster.Keeper}<{string.Join(',', cluster.Removed.Select(text => text.Id))}")
        .Concat(plan.HeldBack.Select(pair => $"{pair.A}|{pair.B}:{pair.Guard}").Order()));
}
