using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Alerts;

/// <summary>Moves an alert from phase to phase: hold before firing, hysteresis and damping before resolving, unknown apart from both.</summary>
internal static class AlertEvaluator
{
    private const int RememberedFirings = 20;

    /// <returns>The new state, and the change of phase if there was one. Evaluating twice at the same instant changes nothing.</returns>
    public static (AlertState State, AlertTransition? Transition) Evaluate(WatchedRule rule, AlertState state, AlertInputs inputs, EvaluationContext context)
    {
        var (policy, now) = (context.Policy, context.Now);
        var judgement = ConditionJudge.Judge(rule.Condition, inputs, new ConditionContext(context.Catalogue, now)
        {
            Firing = state.Phase == AlertPhase.Firing,
            StaleAfter = policy.StaleAfter,
            HeldSince = state.HeldSince,
        });
        var noted = Note(state, judgement, now) with { Severity = rule.Severity };
        var phase = Next(noted, judgement, rule, policy, now);
        return phase == noted.Phase ? (noted, null) : Change(noted, phase, policy.Flapping, now);
    }

    /// <summary>How long the condition must be false before the alert is resolved; longer while it flaps.</summary>
    public static TimeSpan ResolveAfter(AlertState state, WatchedRule rule, AlertPolicy policy, DateTimeOffset now)
    {
        var usual = rule.ResolveAfter ?? policy.ResolveAfter;
        return IsFlapping(state, policy.Flapping, now) && policy.Flapping.ResolveAfter > usual ? policy.Flapping.ResolveAfter : usual;
    }

    public static bool IsFlapping(AlertState state, FlapPolicy policy, DateTimeOffset now) =>
        state.Firings.Count(time => now - time <= policy.Window) >= policy.Firings;

    private static AlertState Note(AlertState state, Judgement judgement, DateTimeOffset now)
    {
        var known = judgement.Judged && judgement.Raw != Truth.Unknown;
        return state with
        {
            HeldSince = judgement.HeldSince,
            Because = judgement.Because,
            Seen = judgement.Seen,
            EverKnown = state.EverKnown || known,
            UnknownSince = judgement.Judged && !known && (state.EverKnown || known) ? state.UnknownSince ?? now : null,
            FalseSince = judgement.Judged && judgement.Full == Truth.False && state.Phase == AlertPhase.Firing ? state.FalseSince ?? now : null,
        };
    }

    private static AlertPhase Next(AlertState state, Judgement judgement, WatchedRule rule, AlertPolicy policy, DateTimeOffset now) => (state.Phase, judgement) switch
    {
        (_, { Judged: false }) => state.Phase is AlertPhase.Firing or AlertPhase.NoData ? state.Phase : AlertPhase.Inactive,
        (AlertPhase.Firing, { Full: Truth.False }) => now - state.FalseSince >= ResolveAfter(state, rule, policy, now) ? AlertPhase.Inactive : AlertPhase.Firing,
        (AlertPhase.Firing, _) => AlertPhase.Firing,
        (_, { Full: Truth.True }) => AlertPhase.Firing,
        (_, { Raw: Truth.True }) => AlertPhase.Pending,
        (_, { Raw: Truth.False }) => AlertPhase.Inactive,
        (AlertPhase.NoData, _) => AlertPhase.NoData,
        _ => now - state.UnknownSince >= policy.NoDataAfter ? AlertPhase.NoData : state.Phase,
    };

    private static (AlertState, AlertTransition?) Change(AlertState state, AlertPhase phase, FlapPolicy flapping, DateTimeOffset now)
    {
        var transition = new AlertTransition(state.Fingerprint, state.Title, state.Severity, state.Transition + 1, state.Phase, phase, now, state.Because);
        var fires = phase == AlertPhase.Firing;
        var changed = state with
        {
            Phase = phase,
            Since = now,
            Transition = transition.Number,
            FiringSince = fires ? now : state.FiringSince,
            FalseSince = null,
            Firings = fires ? [.. state.Firings.Where(time => now - time <= flapping.Window).TakeLast(RememberedFirings - 1), now] : state.Firings,
        };
        return (changed, transition);
    }
}
