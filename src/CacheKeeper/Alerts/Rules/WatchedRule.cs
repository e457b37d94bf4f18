using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Alerts;

/// <summary>A rule ready to be judged, for one value of its <c>{each}</c>.</summary>
internal sealed record WatchedRule
{
    public required string Name { get; init; }

    /// <summary>What <c>{each}</c> stands for; null for a rule without it.</summary>
    public string? Subject { get; init; }

    public required ParsedCondition Condition { get; init; }
    public required AlertSeverity Severity { get; init; }
    public required MessageTemplate Message { get; init; }
    public IReadOnlyList<string> Recommendations { get; init; } = [];
    public IReadOnlyList<string> Channels { get; init; } = [];
    public string? RunbookUrl { get; init; }
    public string? AutoAction { get; init; }
    public TimeSpan? ResolveAfter { get; init; }
    public TimeSpan? RepeatInterval { get; init; }
    public IReadOnlyList<string> InhibitedBy { get; init; } = [];
    public IReadOnlyList<string> IgnoredDuring { get; init; } = [];
    public bool TellNoData { get; init; }

    /// <summary>The name with the subject, as people and silences write it.</summary>
    public string Title => Subject is null ? Name : $"{Name}/{Subject}";

    /// <summary>The same for the same trouble, today and after a restart.</summary>
    public string Fingerprint(string project) => Fingerprints.Of(project, Name, Subject);
}
