namespace CacheKeeper.Dashboard.Access;

/// <summary>A role, and the projects in which it is held (null: all).</summary>
internal sealed record ProjectGrant(Role Role, IReadOnlyList<string>? Projects)
{
    private const string Every = "*";

    /// <summary>Whether the role is held in this project.</summary>
    public bool Holds(string project) => Projects is null || Projects.Contains(project);

    /// <summary>The projects of several grants together; null as soon as one is for all.</summary>
    public static IReadOnlyList<string>? ProjectsOf(IReadOnlyCollection<ProjectGrant> grants) =>
        grants.Any(grant => grant.Projects is null) ? null : [.. grants.SelectMany(grant => grant.Projects!).Distinct()];

    /// <summary>Several grants as a column holds them: a line each, fields apart by tabs, which no name of a project holds.</summary>
    public static string Join(IEnumerable<ProjectGrant> grants) => string.Join('\n', grants.Select(grant => $"{grant.Role}\t{string.Join('\t', grant.Projects ?? [Every])}"));

    public static IReadOnlyList<ProjectGrant> Split(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    private static ProjectGrant Read(string line)
    {
        var fields = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        return new ProjectGrant(Enum.Parse<Role>(fields[0]), fields is [_, Every] ? null : fields[1..]);
    }
}
