namespace CacheKeeper.Tiers;

/// <summary>A change of one entry that keeps it: a new end, or a new value under the same end. Applied only while the version is still <see cref="Entry"/>'s.</summary>
internal sealed record EntryRewrite(EntryHead Entry)
{
    /// <summary>The new end; null leaves it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Takes the end away: an undo of one that was given. Redis keys only; rows keep the end they were written with.</summary>
    public bool Endless { get; init; }

    /// <summary>The new value (UTF-8: Redis value, PostgreSQL response_text, Mem0 text); null leaves it.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }
}
