namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Why an entry is changed and kept.</summary>
internal enum RewriteReason
{
    /// <summary>Its value is large: it is compressed.</summary>
    LargeValue,

    /// <summary>It has no end: it is given one.</summary>
    Endless,
}
