namespace CacheKeeper.Tiers;

/// <summary>What a tier knows of one entry without its content. Null means the tier does not know.</summary>
/// <param name="Id">PostgreSQL: the row's id; Redis: the key (Latin-1 of its bytes when they are no UTF-8); Mem0: the memory's id.</param>
/// <param name="Version">Changes with every write, so that a removal can prove that it removes what was planned.</param>
internal sealed record EntryHead(TierName Tier, string Id, string Version)
{
    /// <summary>PostgreSQL: where the row lay when it was seen (its ctid): finds it without an index, and proves nothing.</summary>
    public string? Place { get; init; }

    public string? QueryHash { get; init; }
    public string? Category { get; init; }
    public string? Agent { get; init; }
    public long Bytes { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? AccessedAt { get; init; }
    public long? AccessCount { get; init; }

    /// <summary>When the entry's own time runs out; null when it has none.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How long nobody has used it, where the server tells (Redis without an LFU policy).</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Mem0: until when readers answer from it (metadata.expires_at); Mem0 itself knows whole days only.</summary>
    public DateTimeOffset? AnswersUntil { get; init; }

    /// <summary>Never removed by any strength: pinned by its writer, or immutable.</summary>
    public bool Pinned { get; init; }

    /// <summary>The value is an envelope of the keeper's (docs/client.md): compressed already.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Mem0: superseded by this memory, or "merged".</summary>
    public string? ReplacedBy { get; init; }

    public bool IsExpired(DateTimeOffset asOf) => ExpiresAt is { } end && end <= asOf;
}
