using CacheKeeper.Cleanup.Duplicates;

namespace CacheKeeper.Tests.Cleanup.Duplicates;

public sealed class MergeGuardTests
{
    [Fact]
    public void No_near_miss_is_merged_however_alike()
    {
        var merged = NearMisses().Where(pair => Guard(pair.Text, pair.Other) is null).Select(pair => $"{pair.Kind}: {pair.Text} | {pair.Other}");
        Assert.Empty(merged);
    }

    [Fact]
    public void The_written_set_of_near_misses_is_large_enough() => Assert.True(NearMisses().Count >= 200, NearMisses().Count.ToString());

    [Fact]
    public void The_finder_merges_none_of_them_even_at_the_lowest_threshold()
    {
        var policy = DuplicatePolicy.Default with { Threshold = 0.01f };
        foreach (var (kind, text, other) in NearMisses())
        {
            var plan = DuplicateFinder.Find([new("a", text), new("b", other)], null, policy);
            Assert.True(plan.Removed == 0, $"{kind}: {text} | {other}");
        }
    }

    [Fact]
    public void True_duplicates_pass_every_guard()
    {
        var held = Rows("true-duplicates.tsv").Select(row => (Pair: $"{row[0]} | {row[1]}", Guard: Guard(row[0], row[1]))).Where(row => row.Guard is not null);
        Assert.Empty(held);
    }

    [Fact]
    public void True_duplicates_are_merged_by_spelling_alone()
    {
        var missed = Rows("true-duplicates.tsv").Where(row => DuplicateFinder.Find([new("a", row[0]), new("b", row[1])], null, DuplicatePolicy.Default).Removed == 0)
            .Select(row => $"{row[0]} | {row[1]}").ToList();
        Assert.True(missed.Count <= Rows("true-duplicates.tsv").Count / 5, string.Join('\n', missed));
    }

    [Theory]
    [InlineData("Pay Rs 500 to Ravi", "Pay Rs 600 to Ravi", "numbers")]
    [InlineData("Pay $500 to Ravi", "Pay ₹500 to Ravi", "currency")]
    [InlineData("The refund takes 5 days", "The refund takes 5 hours", "units")]
    [InlineData("Pay to ravi@okaxis", "Pay to ravi@ybl", "identifiers")]
    [InlineData("Statement for March", "Statement for April", "dates")]
    [InlineData("My refund arrived", "My refund never arrived", "negation")]
    [InlineData("Why was I debited?", "Why was I credited?", "direction")]
    [InlineData("Please pay Ravi", "Please pay Rani", "names")]
    [InlineData("Delete all cards", "Delete cards", "quantity")]
    [InlineData("Reset my UPI PIN", "Reset my ATM code", "names")]
    [InlineData("order a metal card", "order a plastic card", "wording")]
    public void The_guard_that_objects_is_named(string text, string other, string guard) => Assert.Equal(guard, Guard(text, other));

    [Fact]
    public void Guards_do_not_depend_on_which_text_comes_first()
    {
        foreach (var (_, text, other) in NearMisses())
        {
            Assert.Equal(Guard(text, other) is null, Guard(other, text) is null);
        }
    }

    private static string? Guard(string text, string other) =>
        ExactText.Of(text) == ExactText.Of(other) ? null : MergeGuard.Holding(TextFactsReader.Read(text), TextFactsReader.Read(other), paraphrase: true);

    private static List<(string Kind, string Text, string Other)> NearMisses() => [.. Rows("near-misses.tsv").Select(row => (row[0], row[1], row[2]))];

    private static List<string[]> Rows(string name) =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "CacheKeeper.Tests", "Cleanup", name)).Skip(1).Select(line => line.Split('\t'))];
}
