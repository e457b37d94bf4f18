using System.Security.Claims;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Who calls, as what, and for which projects (null: all).</summary>
/// <param name="Token">The id of the token behind it.</param>
/// <param name="SignedInAt">When the person signed in; null for a program that shows its token with each request.</param>
internal sealed record Caller(string Name, Role Role, IReadOnlyList<string>? Projects, string Token, DateTimeOffset? SignedInAt)
{
    private const string ProjectClaim = "project";
    private const string TokenClaim = "token";
    private const string SignedInClaim = "signed_in_at";
    private const string SessionClaim = "session";
    private const string VisitClaim = "visit";
    private const string Every = "*";

    /// <summary>The id of the session; empty for a program.</summary>
    public string Session { get; init; } = "";

    /// <summary>The projects that may be visited, those too in which another role is held (null: all).</summary>
    public IReadOnlyList<string>? Visits { get; init; } = Projects;

    public bool MaySee(string project) => Projects is null || Projects.Contains(project);

    /// <summary>Whether the project is one to go to; what may be done there is told there.</summary>
    public bool MayVisit(string project) => Visits is null || Visits.Contains(project);

    public bool May(string right) => Rights.Roles[right].Contains(Role);

    /// <summary>Whether the sign-in is recent enough for a change that removes something; a shown token always is.</summary>
    public bool IsFresh(DateTimeOffset now, AccessPolicy policy) => SignedInAt is not { } at || now - at <= policy.FreshFor;

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, Name), new(ClaimTypes.Role, Role.ToString()), new(TokenClaim, Token), new(SessionClaim, Session) };
        claims.AddRange((Projects ?? [Every]).Select(project => new Claim(ProjectClaim, project)));
        claims.AddRange((Visits ?? [Every]).Select(project => new Claim(VisitClaim, project)));

        if (SignedInAt is { } at)
        {
            claims.Add(new Claim(SignedInClaim, at.ToUnixTimeMilliseconds().ToString()));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>The caller behind a request; null for an anonymous one.</summary>
    public static Caller? Of(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true || !Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var role))
        {
            return null;
        }

        return new Caller(
            principal.FindFirstValue(ClaimTypes.Name) ?? "",
            role,
            ProjectsOf(principal, ProjectClaim),
            principal.FindFirstValue(TokenClaim) ?? "",
            long.TryParse(principal.FindFirstValue(SignedInClaim), out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null)
        {
            Session = principal.FindFirstValue(SessionClaim) ?? "",
            Visits = ProjectsOf(principal, VisitClaim),
        };
    }

    private static List<string>? ProjectsOf(ClaimsPrincipal principal, string claim) =>
        principal.FindAll(claim).Select(one => one.Value).ToList() is var projects && projects.Contains(Every) ? null : projects;
}
