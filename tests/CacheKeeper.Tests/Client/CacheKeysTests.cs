using CacheKeeper.Client;
using CsCheck;

namespace CacheKeeper.Tests.Client;

public sealed class CacheKeysTests
{
    private static readonly string Hash = QueryHash.Of("How do I pay?");

    [Fact]
    public void Every_key_of_an_answer_is_taken_apart_into_what_it_was_made_of()
    {
        var keys = CacheKeys.All("payments", "payment_processor", Hash, "p:");
        CacheKey[] parsed = [.. keys.Select(key => CacheKeys.TryParse(key, CategoryRules.Default, "p:", out var parts) ? parts : default)];
        Assert.Equal(
            [new(CacheKeyForm.Category, "payments", Hash), new(CacheKeyForm.Agent, "payment_processor", Hash), new(CacheKeyForm.Bare, null, Hash)],
            parsed);
    }

    [Theory]
    [InlineData("session:42")]
    [InlineData("cachekeeper:upi_admin_gateway:directives")]
    [InlineData(":0123456789abcdef0123456789abcdef")]
    [InlineData("a:b:0123456789abcdef0123456789abcdef")]
    [InlineData("payments:0123456789abcdef0123456789abcdeg")]
    [InlineData("payments:0123456789abcdef")]
    [InlineData("")]
    public void A_key_that_is_not_the_caches_own_is_refused(string key) => Assert.False(CacheKeys.TryParse(key, CategoryRules.Default, "", out _));

    [Fact]
    public void A_key_without_the_owned_prefix_is_refused() => Assert.False(CacheKeys.TryParse("payments:" + Hash, CategoryRules.Default, "mine:", out _));

    [Fact]
    public void Any_text_can_be_taken_for_a_key_without_harm() =>
        Gen.String.Sample(text => CacheKeys.TryParse(text, CategoryRules.Default, "", out var parsed) == (parsed.QueryHash is not null));

    [Theory]
    [InlineData("How do I pay?", "  how DO\ti \n pay? ")]
    [InlineData("ÄRGER", "ärger")]
    public void Questions_that_differ_in_case_and_blanks_are_the_same(string one, string other) => Assert.Equal(QueryHash.Of(one), QueryHash.Of(other));

    [Theory]
    [InlineData("pay 10", "pay 100")]
    [InlineData("a b", "ab")]
    public void Questions_that_differ_in_a_character_are_not(string one, string other) => Assert.NotEqual(QueryHash.Of(one), QueryHash.Of(other));

    [Fact]
    public void The_hash_is_the_documented_one() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", QueryHash.Of(" \t"));

    [Fact]
    public void Normalizing_twice_changes_nothing() =>
        Gen.String.Sample(text => QueryHash.Normalize(QueryHash.Normalize(text)) == QueryHash.Normalize(text));
}
