using CacheKeeper.Cleanup.Similarity;
using CsCheck;

namespace CacheKeeper.Tests.Cleanup.Similarity;

public sealed class TextFoldTests
{
    [Theory]
    [InlineData("Cafe\u0301", "Café")]
    [InlineData("ﬁne １２３", "fine 123")]
    [InlineData("a\u00a0 \t\nb ", "a b")]
    [InlineData("don\u2019t", "don't")]
    [InlineData("zero\u200bwidth\u00ad", "zerowidth")]
    [InlineData("\u202eabc", "abc")]
    [InlineData("2 – 3", "2 - 3")]
    public void Ways_to_write_one_text_become_one(string written, string folded) => Assert.Equal(folded, TextFold.Fold(written));

    [Fact]
    public void Folding_twice_changes_nothing_more() => Gen.String[0, 100].Sample(text => TextFold.Fold(TextFold.Fold(text)) == TextFold.Fold(text));

    [Fact]
    public void Words_keep_what_carries_meaning_and_nothing_else() => Assert.Equal("pay ₹500 to ravi okaxis 👍", TextWords.Of("Pay ₹500, to ravi@okaxis!! 👍"));
}
