namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Two vectors that lie near each other; <paramref name="Left"/> &lt; <paramref name="Right"/>.</summary>
internal readonly record struct NearPair(int Left, int Right, float Cosine);
