using CacheKeeper.Client;

namespace CacheKeeper.Recovery;

/// <summary>One trouble from the first look that saw it to the end of its verification.</summary>
internal sealed record Incident
{
    public required string Id { get; init; }
    public required IssueKey Key { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required IncidentPhase Phase { get; init; }

    /// <summary>What was seen last, in words.</summary>
    public required string Because { get; init; }

    /// <summary>Grows with every change; a keeper that saw an older one changes nothing.</summary>
    public long Version { get; init; }
    public int Attempts { get; init; }

    /// <summary>How often the symptom was back after it had been away.</summary>
    public int Returns { get; init; }

    /// <summary>Not tried again before this; the breaker's end when it is open.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>Since when the symptom has stayed away, and how many looks said so.</summary>
    public DateTimeOffset? GoodSince { get; init; }
    public int GoodLooks { get; init; }

    /// <summary>When people were told that they are needed.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Why nothing is done though it should be; empty when nothing holds it back.</summary>
    public string HeldBy { get; init; } = "";

    /// <summary>The standing parts of the remedy; the originals return by themselves at each part's end.</summary>
    public IReadOnlyList<LeaveOutDirective> LeaveOut { get; init; } = [];
    public IReadOnlyList<TtlDirective> Ttl { get; init; } = [];

    public bool IsOpen => Phase != IncidentPhase.Recovered;

    /// <summary>A person is needed, now.</summary>
    public bool NeedsPerson => IsOpen && EscalatedAt is not null;
}

/// <summary>What a line of the timeline tells.</summary>
internal enum IncidentEventKind
{
    Seen,
    Tried,
    Result,
    Verified,
    Returned,
    HeldBack,
    Told,
    Over,
}

/// <summary>One line of an incident's timeline.</summary>
internal sealed record IncidentEvent(DateTimeOffset At, IncidentEventKind Kind, string Sentence);
