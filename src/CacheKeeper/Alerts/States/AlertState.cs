namespace CacheKeeper.Alerts;

/// <summary>Where an alert stands.</summary>
internal enum AlertPhase
{
    Inactive,

    /// <summary>The condition is true but has not lasted long enough.</summary>
    Pending,
    Firing,

    /// <summary>The condition could be judged once and cannot any more. A firing alert stays firing instead: unknown is not resolved.</summary>
    NoData,
}

/// <summary>What is remembered of an alert between two looks.</summary>
internal sealed record AlertState
{
    public required string Fingerprint { get; init; }
    public required string Rule { get; init; }
    public string? Subject { get; init; }
    public AlertSeverity Severity { get; init; }
    public AlertPhase Phase { get; init; }

    /// <summary>Counts the changes of phase.</summary>
    public long Transition { get; init; }

    /// <summary>When the phase began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it last began to fire; null if it never did.</summary>
    public DateTimeOffset? FiringSince { get; init; }

    /// <summary>Since when the condition of a firing alert has been false.</summary>
    public DateTimeOffset? FalseSince { get; init; }

    /// <summary>Since when the condition has been unknown.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>The condition was true or false at least once.</summary>
    public bool EverKnown { get; init; }

    public IReadOnlyDictionary<int, DateTimeOffset> HeldSince { get; init; } = new Dictionary<int, DateTimeOffset>();

    /// <summary>When it fired lately, within the flapping window.</summary>
    public IReadOnlyList<DateTimeOffset> Firings { get; init; } = [];

    /// <summary>The last judgement in words.</summary>
    public string Because { get; init; } = "";

    /// <summary>The values that the condition looked at last; null where unknown.</summary>
    public IReadOnlyDictionary<string, double?> Seen { get; init; } = new Dictionary<string, double?>();

    public string Title => Subject is null ? Rule : $"{Rule}/{Subject}";

    public static AlertState Fresh(WatchedRule rule, string fingerprint, DateTimeOffset now) =>
        new() { Fingerprint = fingerprint, Rule = rule.Name, Subject = rule.Subject, Severity = rule.Severity, Since = now };
}

/// <summary>A change of phase: the event that people are told of. <paramref name="Number"/> is unique for the fingerprint.</summary>
internal sealed record AlertTransition(string Fingerprint, string Title, AlertSeverity Severity, long Number, AlertPhase From, AlertPhase To, DateTimeOffset At, string Because);
