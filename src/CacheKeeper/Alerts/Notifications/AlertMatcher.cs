namespace CacheKeeper.Alerts;

/// <summary>Which alerts are meant; what is null matches all.</summary>
internal sealed record AlertMatcher
{
    /// <summary>A rule's name, with or without its subject (<c>tier-slow/upstash</c>); <c>*</c> at the end stands for anything.</summary>
    public string? Rule { get; init; }
    public string? Fingerprint { get; init; }
    public string? Subject { get; init; }

    /// <summary>That severity or a lower one: a silence of warnings lets critical alerts through.</summary>
    public AlertSeverity? UpTo { get; init; }

    public bool Matches(WatchedRule rule, string fingerprint) =>
        (Rule is null || MatchesName(Rule, rule)) &&
        (Fingerprint is null || string.Equals(Fingerprint, fingerprint, StringComparison.OrdinalIgnoreCase)) &&
        (Subject is null || Subject == rule.Subject) &&
        (UpTo is null || rule.Severity <= UpTo);

    public override string ToString()
    {
        string?[] parts = [Rule, Fingerprint, Subject, UpTo is { } severity ? $"up to {severity.ToString().ToLowerInvariant()}" : null];
        var named = string.Join(", ", parts.OfType<string>());
        return named.Length > 0 ? named : "everything";
    }

    private static bool MatchesName(string pattern, WatchedRule rule) => pattern.EndsWith('*')
        ? rule.Title.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : string.Equals(pattern, rule.Title, StringComparison.OrdinalIgnoreCase) || RuleBook.Slug(pattern) == rule.Name;
}
