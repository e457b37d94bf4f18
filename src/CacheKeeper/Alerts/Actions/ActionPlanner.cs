namespace CacheKeeper.Alerts;

/// <summary>Why an action is or is not taken.</summary>
internal enum ActionReason
{
    AlertFires,
    DryRun,
    AlreadyTaken,
    CoolingDown,
    BudgetSpent,
    Frozen,
    SwitchedOff,
    Explained,
    UnknownAction,
}

/// <summary>An action that a firing alert asks for, and whether it is taken. <paramref name="Job"/> is null for an unknown action.</summary>
internal sealed record ActionDecision(string Action, string? Job, string Fingerprint, long Transition, bool Take, bool DryRun, ActionReason Reason, string Sentence);

/// <summary>An action taken before (dry runs included).</summary>
internal sealed record ActionTaken(string Action, string Fingerprint, long Transition, DateTimeOffset At);

/// <summary>What was done already, and whether every change is frozen.</summary>
internal sealed record ActionHistory(IReadOnlyList<ActionTaken> Taken, bool Frozen);

/// <summary>Decides which jobs firing alerts set going: once a firing, with a cool-down and a daily budget, never while frozen.</summary>
internal static class ActionPlanner
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static IReadOnlyList<ActionDecision> Plan(AlertPlan plan, NotificationContext context, ActionHistory history)
    {
        var decisions = new List<ActionDecision>();
        foreach (var step in plan.Steps.Where(step => step.State.Phase == AlertPhase.Firing && step.Rule.AutoAction is not null))
        {
            var taken = history.Taken.Concat(decisions.Where(decision => decision.Take).Select(decision => new ActionTaken(decision.Action, decision.Fingerprint, decision.Transition, context.Now)));
            decisions.Add(Decide(step, context, history with { Taken = [.. taken] }));
        }

        return decisions;
    }

    private static ActionDecision Decide(AlertStep step, NotificationContext context, ActionHistory history)
    {
        var policy = context.Policy.Actions;
        var action = step.Rule.AutoAction!;
        var job = policy.Jobs.GetValueOrDefault(action);
        var (take, reason, sentence) = Verdict(step, action, job, context, history);
        return new ActionDecision(action, job, step.State.Fingerprint, step.State.Transition, take, policy.DryRun, take && policy.DryRun ? ActionReason.DryRun : reason, sentence);
    }

    private static (bool Take, ActionReason Reason, string Sentence) Verdict(AlertStep step, string action, string? job, NotificationContext context, ActionHistory history)
    {
        var (policy, now) = (context.Policy.Actions, context.Now);
        var same = history.Taken.Where(taken => taken.Action == action).ToList();
        var last = same.Count == 0 ? (DateTimeOffset?)null : same.Max(taken => taken.At);
        return job is null ? (false, ActionReason.UnknownAction, $"there is no action '{action}'")
            : !policy.Enabled ? (false, ActionReason.SwitchedOff, "alerts.actions.enabled is false")
            : history.Frozen ? (false, ActionReason.Frozen, "every change is frozen")
            : Inhibition.Of(step.Rule, step.State, context) is { } explained ? (false, ActionReason.Explained, explained.Sentence)
            : same.Exists(taken => taken.Fingerprint == step.State.Fingerprint && taken.Transition == step.State.Transition) ? (false, ActionReason.AlreadyTaken, "already taken for this firing")
            : now - last < policy.CoolDown ? (false, ActionReason.CoolingDown, $"taken at {last:HH:mm} UTC; again from {last + policy.CoolDown:HH:mm} UTC")
            : same.Count(taken => now - taken.At < Day) >= policy.MostADay ? (false, ActionReason.BudgetSpent, $"taken {policy.MostADay} times within a day; a person should look")
            : (true, ActionReason.AlertFires, $"{step.State.Title} fires: {step.State.Because}");
    }
}
