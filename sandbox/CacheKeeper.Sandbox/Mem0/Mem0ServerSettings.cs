namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Which of the two servers that carry the name Mem0 is spoken.</summary>
internal enum Mem0ServerFlavour
{
    /// <summary>The hosted platform: versioned paths with a trailing slash, <c>Authorization: Token</c>.</summary>
    Platform,

    /// <summary>The open-source server: bare paths without one, <c>X-API-Key</c>.</summary>
    SelfHosted,
}

/// <summary>How a Mem0-compatible server stands on this machine.</summary>
internal sealed record Mem0ServerSettings
{
    /// <summary>Where the memories are kept, one SQLite file.</summary>
    public required string Folder { get; init; }

    public required string ApiKey { get; init; }

    /// <summary>0 picks a free one.</summary>
    public int Port { get; init; }

    public Mem0ServerFlavour Flavour { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Asked before every request, also before its key is looked at; true means the answer has been given.</summary>
    public Func<HttpContext, Task<bool>>? Interfere { get; init; }

    /// <summary>More requests than this within a minute are answered 429 with <c>Retry-After</c>; null means no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>The platform does not say whether an update merges metadata or replaces them: both can be had.</summary>
    public bool MergeMetadataOnUpdate { get; init; }

    /// <summary>The platform does not say whether one unknown id fails a whole batch: both can be had.</summary>
    public bool RefuseBatchesWithUnknownIds { get; init; }
}
