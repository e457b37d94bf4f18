namespace CacheKeeper.Dashboard.Access;

/// <summary>A token as the table's columns hold it.</summary>
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

    /// <summary>Projects in one column: names joined by line breaks, which no name holds.</summary>
    public static string? Join(IReadOnlyList<string>? projects) => projects is null ? null : string.Join('\n', projects);

    public TokenRecord ToToken() => new(Id, Name, Enum.Parse<Role>(Role), Split(), Setup != 0, Time(CreatedAt)!.Value)
    {
        ExpiresAt = Time(ExpiresAt),
        UsedAt = Time(UsedAt),
        RevokedAt = Time(RevokedAt),
    };

    /// <summary>Whoever shows the token with a request.</summary>
    public Caller ToCaller() => new(Name, Enum.Parse<Role>(Role), Split(), Id, null);

    private IReadOnlyList<string>? Split() => Projects?.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
