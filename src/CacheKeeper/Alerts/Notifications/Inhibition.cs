namespace CacheKeeper.Alerts;

/// <summary>Why an alert is a mere consequence of something known.</summary>
internal sealed record Inhibition(NotificationReason Reason, string Sentence)
{
    /// <summary>The firing rule or intervention that explains the alert; null when nothing does.</summary>
    public static Inhibition? Of(WatchedRule rule, AlertState state, NotificationContext context) =>
        ByRule(rule, state, context) ?? ByIntervention(rule, state, context);

    // A rule written for one tier hides symptoms of that tier only.
    private static Inhibition? ByRule(WatchedRule rule, AlertState state, NotificationContext context)
    {
        var cause = context.Firing.FirstOrDefault(firing =>
            firing.Fingerprint != state.Fingerprint &&
            rule.InhibitedBy.Contains(firing.Rule) &&
            (firing.Subject is null || rule.Subject is null || firing.Subject == rule.Subject));
        return cause is null ? null : new Inhibition(NotificationReason.Inhibited, $"{cause.Title} fires and explains it");
    }

    // What began before the intervention is not its effect.
    private static Inhibition? ByIntervention(WatchedRule rule, AlertState state, NotificationContext context)
    {
        var began = state.FiringSince ?? state.Since;
        var cause = context.Interventions.FirstOrDefault(intervention =>
            rule.IgnoredDuring.Contains(intervention.Kind) &&
            began >= intervention.From &&
            intervention.From <= context.Now &&
            (intervention.Until is null || context.Now <= intervention.Until + context.Policy.SettleAfter));
        return cause is null ? null : new Inhibition(NotificationReason.Intervention, $"{cause.Kind} ({cause.Run}) explains it");
    }
}
