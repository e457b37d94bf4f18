namespace CacheKeeper.Storage;

/// <summary>Where the keeper keeps its own state.</summary>
internal sealed record StateSettings
{
    /// <summary>The folder of the SQLite file, receipts and plans (default: $XDG_STATE_HOME/cachekeeper).</summary>
    public string? Directory { get; init; }

    /// <summary>A postgres:// URL, when several keepers share one state. Also CACHEKEEPER_STATE_URL.</summary>
    public Secret? Url { get; init; }
}
