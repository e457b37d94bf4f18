namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>A text to remove because its keeper says the same.</summary>
/// <param name="Similarity">To its own keeper, 0 to 1.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record RemovedText(string Id, float Similarity, string Reason);

/// <summary>Texts that say the same: one stays, and takes over what the others had.</summary>
/// <param name="AccessCount">The accesses of all together; null when none was counted.</param>
/// <param name="UpdatedAt">The latest change of any.</param>
/// <param name="Metadata">The keeper's, completed by what only the others had.</param>
internal sealed record DuplicateCluster(
    string Keeper,
    string KeptBecause,
    IReadOnlyList<RemovedText> Removed,
    long? AccessCount,
    DateTimeOffset? UpdatedAt,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>Two texts that are alike, and the guard that kept them apart.</summary>
internal sealed record HeldBackPair(string A, string B, float Similarity, string Guard);

/// <summary>What the duplicate finder proposes.</summary>
/// <param name="Truncated">There were more alike texts than the policy looks at; a further run finds the rest.</param>
internal sealed record DuplicatePlan(IReadOnlyList<DuplicateCluster> Clusters, IReadOnlyList<HeldBackPair> HeldBack, bool Truncated)
{
    public int Removed => Clusters.Sum(cluster => cluster.Removed.Count);
}
