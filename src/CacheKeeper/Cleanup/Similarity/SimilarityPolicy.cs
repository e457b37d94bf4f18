namespace CacheKeeper.Cleanup.Similarity;

/// <summary>How the two views of a text are blended where both are to be had.</summary>
internal sealed record SimilarityPolicy
{
    public static SimilarityPolicy Default { get; } = new();

    /// <summary>The share of the sentence encoder; the rest is the trigrams'. Without weights the trigrams decide alone.</summary>
    public float EncoderShare { get; init; } = 0.5f;

    /// <summary>So many of the nearest stored texts are asked whether they agree with the nearest.</summary>
    public int Neighbours { get; init; } = 10;

    /// <summary>A neighbour this much less alike to the query than the nearest counts e times less.</summary>
    public float NeighbourWidth { get; init; } = 0.05f;

    /// <summary>The share of the neighbours' agreement in the score of a nearest text; the rest is its own similarity.</summary>
    public float AgreementShare { get; init; } = 0.5f;
}
