namespace CacheKeeper.Cleanup.Similarity;

/// <summary>How the two views of a text are blended where both are to be had.</summary>
internal sealed record SimilarityPolicy
{
    public static SimilarityPolicy Default { get; } = new();

    /// <summary>The share of the sentence encoder; the rest is the trigrams'. Without weights the trigrams decide alone.</summary>
    public float EncoderShare { get; init; } = 0.5f;
}
