namespace CacheKeeper.Alerts;

/// <summary>Everything that a look at the alerts decides on.</summary>
internal sealed record AlertSnapshot
{
    public required string Project { get; init; }
    public required RuleBook Book { get; init; }
    public AlertInputs Inputs { get; init; } = AlertInputs.Nothing;
    public IReadOnlyDictionary<string, AlertState> States { get; init; } = new Dictionary<string, AlertState>();
    public IReadOnlyList<Told> Told { get; init; } = [];
    public IReadOnlyList<Silence> Silences { get; init; } = [];
    public IReadOnlyList<Acknowledgement> Acknowledgements { get; init; } = [];
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>Writes the links to acknowledge; null when the page's address is not set.</summary>
    public AcknowledgeLinks? Links { get; init; }

    /// <summary>The snapshot after a plan was recorded; the store keeps the same.</summary>
    public AlertSnapshot After(AlertPlan plan)
    {
        var states = States.ToDictionary();
        var told = Told.ToDictionary(told => (told.Fingerprint, told.Channel));
        foreach (var step in plan.Steps)
        {
            states[step.State.Fingerprint] = step.State;
            foreach (var message in step.Messages)
            {
                told[(message.Told.Fingerprint, message.Told.Channel)] = message.Told;
            }
        }

        return this with { States = states, Told = [.. told.Values] };
    }
}

/// <summary>A message to queue, and what its channel then counts as told.</summary>
internal sealed record QueuedMessage(AlertMessage Message, string Channel, DateTimeOffset DueAt, Told Told);

/// <summary>What a look comes to for one alert.</summary>
internal sealed record AlertStep(WatchedRule Rule, AlertState State, AlertTransition? Transition, IReadOnlyList<NotificationDecision> Decisions, IReadOnlyList<QueuedMessage> Messages)
{
    /// <summary>The state before, to see whether anything is to be written.</summary>
    public AlertState? Before { get; init; }
}

/// <summary>What a look comes to for all alerts.</summary>
internal sealed record AlertPlan(IReadOnlyList<AlertStep> Steps);
