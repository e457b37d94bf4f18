namespace CacheKeeper.Recovery;

/// <summary>
/// From what is seen to the next step of an incident. Tries are bounded and spaced, a symptom must stay away for the hold time, one that
/// comes back too often opens the breaker, and a person is told exactly when no more will be tried. Pure.
/// </summary>
internal static class RecoveryPlanner
{
    /// <param name="issue">How the issue is treated.</param>
    /// <param name="symptom">What the look says of it.</param>
    /// <param name="open">The incident that is under way; null when there is none.</param>
    /// <param name="last">The same issue's last incident that is over; null when there is none.</param>
    /// <param name="newId">The id of an incident that begins now.</param>
    /// <returns>Null when there is nothing to say.</returns>
    public static RecoveryStep? Plan(IIssue issue, Symptom symptom, Incident? open, Incident? last, string newId, RecoverySnapshot seen, RecoveryPolicy policy)
    {
        var context = new PlanContext(issue, symptom, seen, policy);
        return (open, symptom.Shows) switch
        {
            (null, true) => Open(context, last, newId),
            (null, _) or (_, null) => open is { Phase: IncidentPhase.Verifying, GoodLooks: > 0 } ? Unsure(open) : null,
            ({ } incident, true) => Persist(context, incident),
            ({ } incident, false) => Verify(context, incident),
        };
    }

    private static RecoveryStep Open(PlanContext context, Incident? last, string id)
    {
        var returned = last?.ClosedAt is { } closed && context.Now - closed <= context.Policy.ReturnsWithin;
        var incident = new Incident
        {
            Id = id,
            Key = context.Symptom.Key,
            OpenedAt = context.Now,
            Phase = IncidentPhase.Seen,
            Because = context.Symptom.Sentence,
            Returns = returned ? last!.Returns + 1 : 0,
            NextAt = context.Now,
        };
        var said = returned ? $"{context.Symptom.Sentence} It is back {Words(context.Now - last!.ClosedAt!.Value)} after it was over (return {incident.Returns})." : context.Symptom.Sentence;
        var opened = new RecoveryStep(incident, [context.Say(IncidentEventKind.Seen, said)], []);
        return incident.Returns >= context.Policy.MaxReturns ? OpenBreaker(context, opened) : Try(context, opened);
    }

    private static RecoveryStep Persist(PlanContext context, Incident before)
    {
        var incident = before with { Because = context.Symptom.Sentence, GoodSince = null, GoodLooks = 0 };
        if (before.Phase == IncidentPhase.Verifying)
        {
            var back = incident with { Phase = before.EscalatedAt is null ? IncidentPhase.Treated : IncidentPhase.Escalated, Returns = before.Returns + 1 };
            back = context.HeldBy is null ? Standing(back, context.Prescribe(context.Now + context.Policy.LeaveOutFor).Standing) : back;
            var step = new RecoveryStep(back, [context.Say(IncidentEventKind.Returned, $"It came back while it was being verified (return {back.Returns}). {context.Symptom.Sentence}")], []);
            return back.Returns >= context.Policy.MaxReturns ? OpenBreaker(context, step) : step;
        }

        var still = new RecoveryStep(incident, [], []);
        return context.Now < before.NextAt ? still
            : before.Phase is IncidentPhase.Escalated or IncidentPhase.Ineffective ? KeepUp(context, still)
            : before.Attempts >= context.Policy.MaxAttempts ? Escalate(context, still, $"{before.Attempts} tries did not help.")
            : Try(context, still);
    }

    // Half-open: the keeper's own probes go on while readers leave the tier out. When several passed, the readers return on trial; when all stays
    // good for the hold time it is over.
    private static RecoveryStep? Verify(PlanContext context, Incident before)
    {
        if (before.Phase == IncidentPhase.Ineffective && context.Now < before.NextAt)
        {
            return null;
        }

        if (before.Phase != IncidentPhase.Verifying || before.GoodSince is null)
        {
            var begun = before with { Phase = IncidentPhase.Verifying, GoodSince = context.Now, GoodLooks = 1 };
            return before.Phase == IncidentPhase.Verifying ? new RecoveryStep(begun, [], [])
                : new RecoveryStep(begun, [context.Say(IncidentEventKind.Verified, $"The symptom is gone; it must stay away for {Words(context.Policy.HoldTime)}.")], []);
        }

        var good = before with { GoodLooks = before.GoodLooks + 1 };
        return good.GoodLooks < context.Policy.VerifyLooks ? new RecoveryStep(good, [], [])
            : context.Now - before.GoodSince < context.Policy.HoldTime ? OnTrial(context, good)
            : new RecoveryStep(
                good with { Phase = IncidentPhase.Recovered, ClosedAt = context.Now, LeaveOut = [], Ttl = [], HeldBy = "" },
                [context.Say(IncidentEventKind.Over, $"Over after {Words(context.Now - before.OpenedAt)} and {before.Attempts} {(before.Attempts == 1 ? "try" : "tries")}: good for {good.GoodLooks} looks in {Words(context.Now - before.GoodSince.Value)}. What was changed for it is as it was.")],
                []);
    }

    private static RecoveryStep OnTrial(PlanContext context, Incident good) => good.LeaveOut.Count + good.Ttl.Count == 0
        ? new RecoveryStep(good, [], [])
        : new RecoveryStep(good with { LeaveOut = [], Ttl = [] }, [context.Say(IncidentEventKind.Verified, $"{good.GoodLooks} looks in a row were good: what was changed for the readers is taken back, on trial for the rest of {Words(context.Policy.HoldTime)}.")], []);

    // A look that cannot tell is no good look: the hold time begins anew with the next good one.
    private static RecoveryStep Unsure(Incident open) => new(open with { GoodSince = null, GoodLooks = 0 }, [], []);

    private static RecoveryStep Try(PlanContext context, RecoveryStep step)
    {
        if (context.HeldBy is { } held)
        {
            return HoldBack(context, step, held);
        }

        var (incident, attempt) = (step.Incident, step.Incident.Attempts + 1);
        var next = context.Now + context.Wait(incident.Id, attempt);
        var remedy = context.Prescribe(next);
        var tried = new RecoveryStep(
            Standing(incident, remedy) with { Phase = IncidentPhase.Treated, Attempts = attempt, NextAt = next, HeldBy = "" },
            [.. step.Events, context.Say(IncidentEventKind.Tried, $"Try {attempt} of {context.Policy.MaxAttempts}: {remedy.Sentence}")],
            remedy.Repairs);
        return remedy.NeedsPerson ? Escalate(context, tried, "Only a person can mend the cause.") : tried;
    }

    private static RecoveryStep Escalate(PlanContext context, RecoveryStep step, string why)
    {
        var kept = context.HeldBy is null ? Standing(step.Incident, context.Prescribe(context.Now + context.Policy.LeaveOutFor).Standing) : step.Incident;
        return step with
        {
            Incident = kept with { Phase = IncidentPhase.Escalated, EscalatedAt = step.Incident.EscalatedAt ?? context.Now, NextAt = context.Now + context.Policy.LeaveOutFor },
            Events = step.Incident.EscalatedAt is null ? [.. step.Events, context.Say(IncidentEventKind.Told, $"{why} A person is needed: docs/runbooks/{context.Issue.Runbook}.md. The keeper goes on looking.")] : step.Events,
        };
    }

    private static RecoveryStep OpenBreaker(PlanContext context, RecoveryStep step)
    {
        var end = context.Now + context.Policy.BreakerFor;
        var kept = context.HeldBy is null ? Standing(step.Incident, context.Prescribe(end).Standing) : step.Incident;
        return step with
        {
            Incident = kept with { Phase = IncidentPhase.Ineffective, EscalatedAt = step.Incident.EscalatedAt ?? context.Now, NextAt = end },
            Events = [.. step.Events, context.Say(IncidentEventKind.Told, $"Ineffective: the symptom returned {step.Incident.Returns} times. Nothing more is tried until {end.UtcDateTime:yyyy-MM-dd HH:mm}Z; a person is needed: docs/runbooks/{context.Issue.Runbook}.md.")],
        };
    }

    // While a person is awaited, what protects the readers is renewed; nothing is tried.
    private static RecoveryStep KeepUp(PlanContext context, RecoveryStep step)
    {
        var end = context.Now + context.Policy.LeaveOutFor;
        return context.HeldBy is { } held ? HoldBack(context, step, held)
            : step with { Incident = Standing(step.Incident, context.Prescribe(end).Standing) with { Phase = IncidentPhase.Escalated, NextAt = end } };
    }

    private static RecoveryStep HoldBack(PlanContext context, RecoveryStep step, string held) => step with
    {
        Incident = step.Incident with { HeldBy = held },
        Events = step.Incident.HeldBy == held ? step.Events : [.. step.Events, context.Say(IncidentEventKind.HeldBack, $"Nothing is done: {held}")],
    };

    private static Incident Standing(Incident incident, Remedy remedy) => incident with { LeaveOut = remedy.LeaveOut, Ttl = remedy.Ttl };

    private static string Words(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        _ => $"{span.TotalHours:0.#} h",
    };
}
