using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Alerts;

/// <summary>What to watch, whom to tell, and how patiently.</summary>
internal sealed record AlertPolicy : IValidatableObject
{
    /// <summary>Rules of your own; one named like a built-in rule changes only what it names.</summary>
    public IReadOnlyList<AlertRule> Rules { get; init; } = [];

    /// <summary>Where messages go besides the log.</summary>
    public IReadOnlyList<Channels.ChannelSettings> Channels { get; init; } = [];

    /// <summary>How often the daemon judges the rules.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for alerts that belong together before the first mail or chat message. Critical ones do not wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time between two messages about one group.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often an alert that goes on is told again.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long a condition must be false before its alert is resolved.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ResolveAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a condition must be unknown before that is a state of its own.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan NoDataAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Older values count as unknown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after an intervention its effects are still put down to it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SettleAfter { get; init; } = TimeSpan.FromMinutes(30);

    public FlapPolicy Flapping { get; init; } = new();

    /// <summary>Whom to tell as well, the longer nobody acknowledges.</summary>
    public IReadOnlyList<EscalationStep> Escalation { get; init; } = [];

    /// <summary>Weekly stretches in which nothing is sent.</summary>
    public IReadOnlyList<MuteWindow> MuteWindows { get; init; } = [];

    public DeliveryPolicy Delivery { get; init; } = new();
    public ActionPolicy Actions { get; init; } = new();

    /// <summary>Inner addresses that messages may go to: <c>10.1.0.0/16</c>, <c>192.0.2.7</c> or <c>hooks.example:8080</c>.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <summary>Where people reach the page, such as <c>https://cache.example</c>: messages then carry a link that acknowledges without signing in.</summary>
    [Url]
    public string? PageUrl { get; init; }

    public HeartbeatSettings? Heartbeat { get; init; }

    /// <summary>Every mistake in rules, channels, windows and addresses, with its path.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => AlertChecks.Mistakes(this).Select(mistake =>
        mistake.Split(": ", 2) is [var path, var message] ? new ValidationResult(message, [path.Replace("alerts.", "", StringComparison.Ordinal)]) : new ValidationResult(mistake));
}

/// <summary>When an alert that comes and goes is held together.</summary>
internal sealed record FlapPolicy
{
    /// <summary>This many firings within the window make it flapping.</summary>
    [Range(2, 100)]
    public int Firings { get; init; } = 3;

    /// <summary>The time those firings lie in.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A flapping alert is resolved only after the condition was false for so long.</summary>
    public TimeSpan ResolveAfter { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>Channels told as well once an alert has fired for so long without an acknowledgement.</summary>
internal sealed record EscalationStep
{
    /// <summary>How long it must have fired without an acknowledgement.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Names or types of channels that are told as well.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Alerts below this severity do not climb.</summary>
    public AlertSeverity From { get; init; } = AlertSeverity.Critical;
}

/// <summary>A sign of life sent out at an interval, so that somebody else notices when we fall silent.</summary>
internal sealed record HeartbeatSettings
{
    /// <summary>The address that is called (POST); it should raise an alarm when the calls stop.</summary>
    public string Url { get; init; } = "";

    /// <summary>How often it is called.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest that one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
