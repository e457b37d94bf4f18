using CacheKeeper.Alerts.Channels;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>The alerts of one project: looks, decides, records with the messages in one transaction, delivers, and sets going what rules ask for.</summary>
internal sealed class AlertService(AlertParts parts, RuleBook book, AlertPolicy policy, TimeProvider time)
{
    private static readonly TimeSpan ActionsRemembered = TimeSpan.FromDays(31);

    private readonly AlertStore _alerts = new(parts.State);
    private readonly SilenceStore _silences = new(parts.State);
    private readonly ActionStore _actions = new(parts.State);
    private readonly OutboxStore _outbox = new(parts.State);
    private readonly AcknowledgeKeyStore _acknowledgeKey = new(parts.State);
    private readonly OutboxRunner _courier = new(new OutboxStore(parts.State), parts.Channels, policy.Delivery, time, parts.Log);

    /// <summary>One look at all rules. Delivery is apart (<see cref="DeliverAsync"/>), so that a slow receiver delays no look.</summary>
    public async Task<AlertPlan> LookAsync(string project, CancellationToken cancellationToken)
    {
        var now = Now();
        var seen = await SeeAsync(project, now, cancellationToken);
        var plan = AlertPlanner.Plan(seen, policy, now);
        await _alerts.RecordAsync(project, plan, new Look(now, seen.Inputs), cancellationToken);
        await ActAsync(project, seen, plan, now, cancellationToken);
        return plan;
    }

    /// <summary>Sends what is due; returns how many messages were taken.</summary>
    public Task<int> DeliverAsync(string project, CancellationToken cancellationToken) => _courier.DrainAsync(project, cancellationToken);

    /// <summary>Sends a marked drill through a channel, past no guard; returns the receiver's answer at once.</summary>
    /// <exception cref="KeeperException">There is no such channel.</exception>
    public async Task<DeliveryResult> TestAsync(string project, string channel, CancellationToken cancellationToken)
    {
        var target = parts.Channels.Find(channel) ?? throw KeeperException.Usage($"There is no channel '{channel}'.", "Known channels: " + string.Join(", ", parts.Channels.Routes.Select(route => route.Name)));
        var now = time.GetUtcNow();
        var drill = AlertMessages.Drill(project, channel, now);
        await _outbox.AddAsync(project, new QueuedMessage(drill, channel, now, new Told(drill.Fingerprint, channel, 0, AlertPhase.Inactive, now, 0)), now, cancellationToken);
        return await _courier.SendNowAsync(project, target, drill.Id, cancellationToken);
    }

    /// <summary>Forgets delivered messages, past looks and old ids beyond what the policy keeps.</summary>
    public async Task TidyAsync(string project, CancellationToken cancellationToken)
    {
        var now = Now();
        await _alerts.ForgetAsync(project, now - policy.Delivery.KeepFor, now - policy.Delivery.KeepLooksFor, cancellationToken);
        await _outbox.ForgetAsync(project, now - policy.Delivery.KeepFor, cancellationToken);
    }

    // To the millisecond, as everything is stored: a replay then sees the very same moments.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<AlertSnapshot> SeeAsync(string project, DateTimeOffset now, CancellationToken cancellationToken) => new()
    {
        Project = project,
        Book = book,
        Inputs = await parts.Inputs.ReadAsync(project, book.Questions, now, cancellationToken),
        States = await _alerts.StatesAsync(project, cancellationToken),
        Told = await _alerts.ToldAsync(project, cancellationToken),
        Silences = await _silences.ListAsync(project, now, cancellationToken),
        Acknowledgements = await _silences.AcknowledgementsAsync(project, now, cancellationToken),
        Routes = parts.Channels.Routes,
        Links = policy.PageUrl is { } page ? new AcknowledgeLinks(page, await _acknowledgeKey.ReadAsync(project, now, cancellationToken)) : null,
    };

    private async Task ActAsync(string project, AlertSnapshot seen, AlertPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (parts.Actions is not { } runner || !plan.Steps.Any(step => step.State.Phase == AlertPhase.Firing && step.Rule.AutoAction is not null))
        {
            return;
        }

        var history = new ActionHistory(await _actions.TakenAsync(project, now - ActionsRemembered, cancellationToken), await runner.IsFrozenAsync(project, cancellationToken));
        foreach (var decision in ActionPlanner.Plan(plan, AlertPlanner.Context(seen, plan, policy, now), history))
        {
            if (await _actions.RecordAsync(project, decision, now, cancellationToken) && decision.Take)
            {
                await RunAsync(runner, project, decision, cancellationToken);
            }
        }
    }

    // An action that fails is on record with its run; it must not keep the alerts from being told.
    private async Task RunAsync(IActionRunner runner, string project, ActionDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            parts.Log.LogInformation("Action {Action} for {Alert}: {Outcome}", decision.Action, decision.Fingerprint, await runner.RunAsync(project, decision, cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            parts.Log.LogWarning(e, "Action {Action} for {Alert} failed", decision.Action, decision.Fingerprint);
        }
    }
}

/// <summary>What the service works with. Without an action runner rules only speak.</summary>
internal sealed record AlertParts(StateStore State, IAlertInputStore Inputs, ChannelHost Channels, ILogger Log, IActionRunner? Actions = null);
