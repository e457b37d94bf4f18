using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary>The projects that this process keeps, as far as a caller may see them.</summary>
internal sealed record ProjectList(IReadOnlyList<KeeperHost> All)
{
    public IReadOnlyList<string> Names(Caller caller) => [.. All.Select(keeper => keeper.Project).Where(caller.MayVisit)];

    /// <summary>The named project, or the first that the caller may see; null when there is none, or it is not the caller's (which looks the same).</summary>
    public KeeperHost? Find(Caller caller, string? project) => All.FirstOrDefault(keeper => caller.MaySee(keeper.Project) && (project is null || keeper.Project == project));
}
