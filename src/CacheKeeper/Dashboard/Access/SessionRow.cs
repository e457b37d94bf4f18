namespace CacheKeeper.Dashboard.Access;

/// <summary>A session as the table's columns hold it.</summary>
internal sealed class SessionRow
{
    public string Id { get; set; } = "";
    public string Owner { get; set; } = "";
    public string Name { get; set; } = "";
    public string Grants { get; set; } = "";
    public long SignedInAt { get; set; }
    public long CreatedAt { get; set; }
    public long SeenAt { get; set; }
    public long EndsAt { get; set; }
    public string Address { get; set; } = "";
    public string Agent { get; set; } = "";

    public SessionRecord ToSession() => new(Id, Owner, Name, ProjectGrant.Split(Grants))
    {
        SignedInAt = DateTimeOffset.FromUnixTimeMilliseconds(SignedInAt),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(SeenAt),
        EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(EndsAt),
        Address = Address,
        Agent = Agent,
    };
}
