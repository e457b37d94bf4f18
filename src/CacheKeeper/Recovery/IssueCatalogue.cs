using CacheKeeper.Recovery.Issues;

namespace CacheKeeper.Recovery;

/// <summary>Every kind of issue, a line each.</summary>
internal static class IssueCatalogue
{
    public static readonly IReadOnlyList<IIssue> All =
    [
        new AllTiersDownIssue(),
        new Mem0ConnectionIssue(),
        new UpstashConnectionIssue(),
        new PostgresqlConnectionIssue(),
        new CredentialsIssue(),
        new RateLimitedIssue(),
        new WriteRejectedIssue(),
        new HighMemoryIssue(),
        new LowHitRatioIssue(),
        new PerformanceIssue(),
        new DiskFullIssue(),
    ];

    public static IIssue Of(IssueKind kind) => All.First(issue => issue.Kind == kind);
}
