namespace CacheKeeper.Cleanup.Value;

/// <summary>A plain way to say how much an entry is used.</summary>
internal enum UsageMeasure
{
    /// <summary>Nothing: all alike.</summary>
    None,

    /// <summary>How often it was asked for.</summary>
    Count,

    /// <summary>Count, less for what is long known: count ÷ age^0.3.</summary>
    CountForAge,

    /// <summary>Count plus twice the number of separate times it was asked for in, so that one burst weighs less.</summary>
    CountAndSpread,

    /// <summary>Counts that halve over the length of the log.</summary>
    Decayed,

    /// <summary>Counts that halve over half the log.</summary>
    DecayedFaster,

    /// <summary>Counts that halve over a fifth of the log.</summary>
    DecayedFastest,

    /// <summary>When it was last asked for.</summary>
    Recency,

    /// <summary>The shorter its last gap or idle time, the better; once-seen entries last (after LIRS).</summary>
    ShortGap,

    /// <summary>Count ÷ idle^0.5 (hyperbolic caching).</summary>
    CountForIdle,

    /// <summary>Count ÷ idle^0.3.</summary>
    CountForIdleMildly,
}
