namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>A stored text that may have duplicates: a memory, or the question of an entry.</summary>
internal sealed record CachedText(string Id, string Text)
{
    public string? Project { get; init; }

    public string? Category { get; init; }

    public string? AgentId { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>How often it was read; null when nobody counted.</summary>
    public long? AccessCount { get; init; }

    /// <summary>Pinned or immutable: may be a keeper, is never removed.</summary>
    public bool Pinned { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Only texts of one scope are compared.</summary>
    public (string?, string?, string?) Scope => (Project, Category, AgentId);
}
