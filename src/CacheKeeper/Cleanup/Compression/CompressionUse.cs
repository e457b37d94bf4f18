namespace CacheKeeper.Cleanup.Compression;

/// <summary>When large values may be compressed.</summary>
internal enum CompressionUse
{
    /// <summary>While the readers are known to understand it: CacheKeeper.Client has counted lookups lately.</summary>
    WhenReadersCan,

    /// <summary>Always: the operator knows that every reader understands it.</summary>
    Always,

    Never,
}
