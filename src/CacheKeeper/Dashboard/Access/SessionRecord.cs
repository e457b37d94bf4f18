namespace CacheKeeper.Dashboard.Access;

/// <summary>A session of the page: whose it is, what it opens, how long, and from where it is used. Never its cookie.</summary>
/// <param name="Owner">The id of the token, or of the person at the identity provider, that it came from.</param>
internal sealed record SessionRecord(string Id, string Owner, string Name, IReadOnlyList<ProjectGrant> Grants)
{
    /// <summary>When the person last showed who they are: counts for changes that ask for a recent sign-in.</summary>
    public required DateTimeOffset SignedInAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset SeenAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
    public string Address { get; init; } = "";
    public string Agent { get; init; } = "";

    /// <summary>
    /// Who calls when this project is asked for (null: the first kept one that is open). The caller's role is the one held there, and its projects are
    /// those in which no lesser one is held, so that role and projects stay true together on routes that belong to no project.
    /// </summary>
    public Caller CallerFor(string? asked, IReadOnlyList<string> kept)
    {
        var project = asked ?? kept.FirstOrDefault(name => RoleIn(name) is not null);
        var role = (project is null ? null : RoleIn(project)) ?? Grants.Min(grant => grant.Role);
        return new Caller(Name, role, ProjectGrant.ProjectsOf([.. Grants.Where(grant => grant.Role >= role)]), Owner, SignedInAt)
        {
            Session = Id,
            Visits = ProjectGrant.ProjectsOf(Grants),
        };
    }

    private Role? RoleIn(string project) => Grants.Where(grant => grant.Holds(project)).Select(grant => (Role?)grant.Role).Max();
}

/// <summary>Where a session is used from, as the request tells.</summary>
internal sealed record SessionOrigin(string Address, string Agent)
{
    private const int LongestAgent = 200;

    /// <summary>For sign-ins that no request brings (tests, checks).</summary>
    public static readonly SessionOrigin None = new("", "");

    public static SessionOrigin Of(string address, string agent) => new(address, new string([.. agent.Where(letter => !char.IsControl(letter)).Take(LongestAgent)]));
}

/// <summary>What a session begins with.</summary>
internal sealed record SessionDraft(string Owner, string Name, IReadOnlyList<ProjectGrant> Grants, DateTimeOffset SignedInAt, SessionOrigin Origin);
