using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Alerts;

/// <summary>One look at all alerts: first every state, then, knowing all that fires, who is told. The same function live and in back-tests.</summary>
internal static class AlertPlanner
{
    public static AlertPlan Plan(AlertSnapshot seen, AlertPolicy policy, DateTimeOffset now)
    {
        var context = new EvaluationContext(policy, seen.Book.Catalogue, now);
        var evaluated = seen.Book.Rules.Select(rule => Evaluate(rule, seen, context)).Concat(Retired(seen, now)).ToList();
        var notifications = Context(seen, new AlertPlan(evaluated), policy, now);
        return new AlertPlan([.. evaluated.Select(item => Notify(item, seen, notifications))]);
    }

    /// <summary>What planning notifications and actions needs to know of the whole.</summary>
    public static NotificationContext Context(AlertSnapshot seen, AlertPlan evaluated, AlertPolicy policy, DateTimeOffset now) => new(policy, now)
    {
        Routes = seen.Routes,
        Firing = [.. evaluated.Steps.Select(step => step.State).Where(state => state.Phase == AlertPhase.Firing)],
        Interventions = seen.Inputs.Interventions,
        Silences = seen.Silences,
        Acknowledgements = seen.Acknowledgements,
        Told = seen.Told,
        LastTold = seen.Told.GroupBy(told => told.Channel).ToDictionary(group => group.Key, group => group.Max(told => told.At)),
    };

    private static AlertStep Evaluate(WatchedRule rule, AlertSnapshot seen, EvaluationContext context)
    {
        var fingerprint = rule.Fingerprint(seen.Project);
        var before = seen.States.GetValueOrDefault(fingerprint);
        var (state, transition) = AlertEvaluator.Evaluate(rule, before ?? AlertState.Fresh(rule, fingerprint, context.Now), seen.Inputs, context);
        return new AlertStep(rule, state, transition, [], []) { Before = before };
    }

    // An alert whose rule is gone cannot be judged any more: it ends, and those who were told of it hear so.
    private static IEnumerable<AlertStep> Retired(AlertSnapshot seen, DateTimeOffset now)
    {
        const string Because = "its rule is no longer watched";
        var watched = seen.Book.Rules.Select(rule => rule.Fingerprint(seen.Project)).ToHashSet();
        var owed = seen.Told.Where(told => told.Phase is AlertPhase.Firing or AlertPhase.NoData).Select(told => told.Fingerprint).ToHashSet();
        foreach (var state in seen.States.Values.Where(state => !watched.Contains(state.Fingerprint)))
        {
            if (state.Phase == AlertPhase.Inactive)
            {
                if (owed.Contains(state.Fingerprint))
                {
                    yield return new AlertStep(Unwatched(state), state, null, [], []) { Before = state };
                }

                continue;
            }

            var ended = state with { Phase = AlertPhase.Inactive, Since = now, Transition = state.Transition + 1, Because = Because, FalseSince = null, UnknownSince = null };
            var transition = new AlertTransition(state.Fingerprint, state.Title, state.Severity, ended.Transition, state.Phase, AlertPhase.Inactive, now, Because);
            yield return new AlertStep(Unwatched(state), ended, transition, [], []) { Before = state };
        }
    }

    private static WatchedRule Unwatched(AlertState state) => new()
    {
        Name = state.Rule,
        Subject = state.Subject,
        Condition = new ParsedCondition("", new Condition.Flag(""), null),
        Severity = state.Severity,
        Message = new MessageTemplate(state.Title),
    };

    private static AlertStep Notify(AlertStep step, AlertSnapshot seen, NotificationContext context)
    {
        var decisions = NotificationPlanner.Plan(step.Rule, step.State, context);
        return step with { Decisions = decisions, Messages = [.. decisions.Where(decision => decision.Send).Select(decision => Queue(step, decision, seen, context.Now))] };
    }

    private static QueuedMessage Queue(AlertStep step, NotificationDecision decision, AlertSnapshot seen, DateTimeOffset now)
    {
        var before = seen.Told.FirstOrDefault(told => told.Fingerprint == step.State.Fingerprint && told.Channel == decision.Channel);
        var repeats = decision.Reason == NotificationReason.Repeated ? (before?.Repeats ?? 0) + 1 : 0;
        var message = AlertMessages.Write(step.Rule, step.State, decision, new MessageOrigin(seen.Project, seen.Book.Catalogue, now, repeats, seen.Links));
        var phase = decision.Reason == NotificationReason.Resolved ? AlertPhase.Inactive : step.State.Phase;
        return new QueuedMessage(message, decision.Channel, decision.DueAt, new Told(step.State.Fingerprint, decision.Channel, step.State.Transition, phase, now, repeats));
    }
}
