namespace CacheKeeper.Alerts;

/// <summary>What is said about an alert, to any channel. Holds only the rule's own inputs, redacted; the shape of the webhook's body.</summary>
internal sealed record AlertMessage
{
    /// <summary>The same for every try: fingerprint, transition and channel (and repeat).</summary>
    public required string Id { get; init; }

    /// <summary><c>alert.firing</c>, <c>alert.resolved</c> or <c>alert.no_data</c>.</summary>
    public required string Type { get; init; }
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary><c>firing</c>, <c>resolved</c> or <c>no_data</c>.</summary>
    public required string State { get; init; }
    public required string Project { get; init; }
    public required string Rule { get; init; }

    /// <summary>The tier or other thing the rule was judged for; null for rules about the whole.</summary>
    public string? Subject { get; init; }
    public required AlertSeverity Severity { get; init; }
    public required string Message { get; init; }

    /// <summary>Why it fires or no longer does: the comparisons in words.</summary>
    public required string Because { get; init; }

    /// <summary>Why this message is sent: new, repeated, escalated, resolved.</summary>
    public required NotificationReason Reason { get; init; }
    public IReadOnlyDictionary<string, double?> Values { get; init; } = new Dictionary<string, double?>();
    public IReadOnlyList<string> Recommendations { get; init; } = [];
    public string? RunbookUrl { get; init; }

    /// <summary>Where one says, without signing in, that one sees to it; null when it is over or the page's address is not set.</summary>
    public string? AcknowledgeUrl { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required string Fingerprint { get; init; }
    public required long Transition { get; init; }

    /// <summary>A test of the channel: nothing is wrong.</summary>
    public bool Drill { get; init; }

    public string Title => Subject is null ? Rule : $"{Rule}/{Subject}";
}
