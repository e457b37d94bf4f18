namespace CacheKeeper.Dashboard.Access;

/// <summary>A token or a session as the tables' columns hold it.</summary>
internal sealed class AccessRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Role { get; set; } = "";
    public string? Projects { get; set; }
    public long Setup { get; set; }
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    public long? UsedAt { get; set; }
    public long? RevokedAt { get; set; }
    public long SignedInAt { get; set; }
    public long SeenAt { get; set; }
    public long EndsAt { get; set; }

    /// <summary>Projects in one column: names joined by line breaks, which no name holds.</summary>
    public static string? Join(IReadOnlyList<string>? projects) => projects is null ? null : string.Join('\n', projects);

    public TokenRecord ToToken() => new(Id, Name, Enum.Parse<Role>(Role), Split(), Setup != 0, Time(CreatedAt)!.Value)
    {
        ExpiresAt = Time(ExpiresAt),
        UsedAt = Time(UsedAt),
        RevokedAt = Time(RevokedAt),
    };

    public Caller ToCaller(DateTimeOffset? signedInAt) => new(Name, Enum.Parse<Role>(Role), Split(), Id, signedInAt);

    private IReadOnlyList<string>? Split() => Projects?.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
