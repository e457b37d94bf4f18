namespace CacheKeeper.Alerts;

/// <summary>A condition to watch and what to do about it. As settings write it: a rule named like a built-in one changes only what it names.</summary>
internal sealed record AlertRule
{
    /// <summary>Lower-case words with hyphens; a title such as "High Memory Usage" means the same.</summary>
    public string Name { get; init; } = "";

    /// <summary>false switches the rule off.</summary>
    public bool? Enabled { get; init; }

    /// <summary>In the condition language of docs/alerts.md.</summary>
    public string? Condition { get; init; }

    /// <summary>How much it asks of a person.</summary>
    public AlertSeverity? Severity { get; init; }

    /// <summary>What is wrong, in one sentence; <c>{metric}</c> and <c>{metric:.1%}</c> are filled in.</summary>
    public string? MessageTemplate { get; init; }

    /// <summary>What to do, in the order to try it.</summary>
    public IReadOnlyList<string>? Recommendations { get; init; }

    /// <summary>Names or types of channels; the log is always told.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>A page that tells more.</summary>
    public string? RunbookUrl { get; init; }

    /// <summary>Such as <c>trigger_cleanup</c>.</summary>
    public string? AutoAction { get; init; }

    /// <summary>How long the condition must be false before the alert is resolved.</summary>
    public TimeSpan? ResolveAfter { get; init; }

    /// <summary>How often it is told again while it goes on; unless set, alerts.repeatInterval.</summary>
    public TimeSpan? RepeatInterval { get; init; }

    /// <summary>Rules whose firing makes this one old news.</summary>
    public IReadOnlyList<string>? InhibitedBy { get; init; }

    /// <summary>Kinds of interventions (jobs of ours, maintenance) during and shortly after which this one says nothing.</summary>
    public IReadOnlyList<string>? IgnoredDuring { get; init; }

    /// <summary>Tell people, too, when the condition cannot be judged for long.</summary>
    public bool? TellNoData { get; init; }

    /// <summary>Values that <c>{each}</c> takes: one alert of its own for each.</summary>
    public IReadOnlyList<string>? Each { get; init; }

    /// <summary>This rule with everything that another one names put over it.</summary>
    public AlertRule With(AlertRule other) => new()
    {
        Name = Name,
        Enabled = other.Enabled ?? Enabled,
        Condition = other.Condition ?? Condition,
        Severity = other.Severity ?? Severity,
        MessageTemplate = other.MessageTemplate ?? MessageTemplate,
        Recommendations = other.Recommendations ?? Recommendations,
        Channels = other.Channels ?? Channels,
        RunbookUrl = other.RunbookUrl ?? RunbookUrl,
        AutoAction = other.AutoAction ?? AutoAction,
        ResolveAfter = other.ResolveAfter ?? ResolveAfter,
        RepeatInterval = other.RepeatInterval ?? RepeatInterval,
        InhibitedBy = other.InhibitedBy ?? InhibitedBy,
        IgnoredDuring = other.IgnoredDuring ?? IgnoredDuring,
        TellNoData = other.TellNoData ?? TellNoData,
        Each = other.Each ?? Each,
    };
}
