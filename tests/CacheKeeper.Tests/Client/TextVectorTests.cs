using CacheKeeper.Client;
using CsCheck;

namespace CacheKeeper.Tests.Client;

public sealed class TextVectorTests
{
    [Fact]
    public void A_paraphrase_is_nearer_than_another_subject()
    {
        var stored = TextVector.Of("How do I reset my UPI PIN?");
        var near = TextVector.Cosine(stored, TextVector.Of("how can i reset the upi pin"));
        var far = TextVector.Cosine(stored, TextVector.Of("Which documents are needed for a home loan?"));
        Assert.True(near > 0.9 && far < 0.3, $"near {near}, far {far}");
    }

    [Fact]
    public void The_vector_of_a_text_is_the_same_in_every_process()
    {
        var vector = TextVector.Of("UPI");
        var filled = vector.Index().Where(part => part.Item != 0).Select(part => part.Index);
        Assert.Equal("142 201 257 281 434", string.Join(' ', filled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t\n?!…")]
    public void A_text_without_words_is_all_zeros_and_near_nothing(string text)
    {
        Assert.All(TextVector.Of(text), value => Assert.Equal(0, value));
        Assert.Equal(0, TextVector.Cosine(TextVector.Of(text), TextVector.Of("anything")));
    }

    [Fact]
    public void Any_text_gives_a_finite_vector_of_length_one_or_nothing()
    {
        Gen.String[0, 200].Sample(text =>
        {
            var vector = TextVector.Of(text);
            var length = Math.Sqrt(vector.Sum(value => (double)value * value));
            return vector.Length == TextVector.Length && (length == 0 || Math.Abs(length - 1) < 1e-4);
        });
    }
}
