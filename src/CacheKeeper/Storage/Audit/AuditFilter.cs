namespace CacheKeeper.Storage.Audit;

/// <summary>Which lines of the audit log are asked for; null means any.</summary>
internal sealed record AuditFilter
{
    /// <summary>Only these projects, and what concerns none of them in particular.</summary>
    public IReadOnlyList<string>? Projects { get; init; }
    public string? Who { get; init; }
    public string? Action { get; init; }
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only lines before this number: the next page.</summary>
    public long? Before { get; init; }
    public int Limit { get; init; } = 50;
}
