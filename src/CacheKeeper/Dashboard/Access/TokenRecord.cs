namespace CacheKeeper.Dashboard.Access;

/// <summary>A token as the keeper knows it: never its text.</summary>
/// <param name="Projects">What it opens; null means all.</param>
/// <param name="Setup">The one-time token of the set-up link.</param>
internal sealed record TokenRecord(string Id, string Name, Role Role, IReadOnlyList<string>? Projects, bool Setup, DateTimeOffset CreatedAt)
{
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now) && !(Setup && UsedAt is not null);
}
