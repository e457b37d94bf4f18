using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>When two texts count as one.</summary>
internal sealed record DuplicatePolicy
{
    public static DuplicatePolicy Default { get; } = new();

    /// <summary>Texts at least so alike are candidates; the guards decide.</summary>
    public float Threshold { get; init; } = 0.85f;

    /// <summary>A text in other words than its keeper's is merged only when the sentence encoder finds both at least so alike.</summary>
    public float ParaphraseMeaning { get; init; } = 0.95f;

    /// <summary>... and the blend too, however low the threshold is set.</summary>
    public float ParaphraseSimilarity { get; init; } = 0.85f;

    /// <summary>So many held-back pairs are reported, the most alike first.</summary>
    public int MostHeldBack { get; init; } = 10_000;

    public SimilarityPolicy Similarity { get; init; } = SimilarityPolicy.Default;

    public JoinPolicy Join { get; init; } = JoinPolicy.Default;
}
