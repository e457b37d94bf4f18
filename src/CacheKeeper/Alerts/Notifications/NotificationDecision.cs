namespace CacheKeeper.Alerts;

/// <summary>Why a channel is or is not told.</summary>
internal enum NotificationReason
{
    NewAlert,
    Resolved,
    NoData,
    Repeated,
    Escalated,

    NothingToTell,
    AlreadyTold,
    Silenced,
    Muted,
    Inhibited,
    Intervention,
    Acknowledged,
}

/// <summary>Whether a channel is told of an alert now, and why (not).</summary>
internal sealed record NotificationDecision(string Channel, bool Send, NotificationReason Reason, string Sentence)
{
    /// <summary>When the message may leave; later than now while messages are gathered.</summary>
    public DateTimeOffset DueAt { get; init; }
}

/// <summary>What a channel was told last of an alert; queued is told, since the outbox loses nothing.</summary>
internal sealed record Told(string Fingerprint, string Channel, long Transition, AlertPhase Phase, DateTimeOffset At, int Repeats);

/// <summary>A channel as planning sees it. Those for people gather messages, those for machines do not.</summary>
internal sealed record Route(string Name, string Type, bool Gathers);
