namespace CacheKeeper.Cleanup.Value;

/// <summary>How much a value model knows of the entries it was shown.</summary>
internal enum KnowledgeLevel
{
    /// <summary>Nothing may be chosen by value: only what has expired should go.</summary>
    TooLittle,

    /// <summary>Better than nothing: for small removals.</summary>
    Weak,

    /// <summary>Most entries say how often and when they were used, and enough of them returned.</summary>
    Sound,
}

/// <summary>What a value model knows, and how sure it is.</summary>
/// <param name="Confidence">0 to 1: share of entries whose use is known, less as long as few returned.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record ValueKnowledge(KnowledgeLevel Level, double Confidence, string Reason);
