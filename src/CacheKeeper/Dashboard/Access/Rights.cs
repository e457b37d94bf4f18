namespace CacheKeeper.Dashboard.Access;

/// <summary>The names of the policies that routes carry, and the roles that satisfy each.</summary>
internal static class Rights
{
    /// <summary>Directives, metrics and health: what a program needs.</summary>
    public const string Metrics = "metrics";

    /// <summary>Every page and every document.</summary>
    public const string Read = "read";

    /// <summary>Making plans, applying them, taking runs back.</summary>
    public const string Operate = "operate";

    /// <summary>Tokens.</summary>
    public const string Administer = "administer";

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<Role>> Roles = new Dictionary<string, IReadOnlyList<Role>>
    {
        [Metrics] = [Role.Application, Role.Viewer, Role.Operator, Role.Admin],
        [Read] = [Role.Viewer, Role.Operator, Role.Admin],
        [Operate] = [Role.Operator, Role.Admin],
        [Administer] = [Role.Admin],
    };
}
