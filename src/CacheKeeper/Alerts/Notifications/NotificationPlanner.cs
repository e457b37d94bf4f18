namespace CacheKeeper.Alerts;

/// <summary>Decides who is told of an alert now and says why, also of those who are not.</summary>
/// <remarks>
/// It compares what a channel was told with what is: nothing is lost when a look fails or a hold ends later.
/// A channel that was told of a trouble is told of its end, silence or not.
/// </remarks>
internal static class NotificationPlanner
{
    public static IReadOnlyList<NotificationDecision> Plan(WatchedRule rule, AlertState state, NotificationContext context)
    {
        var told = context.Told.Where(told => told.Fingerprint == state.Fingerprint).ToDictionary(told => told.Channel);
        var current = Routing.Channels(rule, state, context);
        var decisions = new List<NotificationDecision>();
        foreach (var route in context.Routes.Where(route => current.ContainsKey(route.Name) || told.ContainsKey(route.Name)))
        {
            var escalated = current.GetValueOrDefault(route.Name);
            var decision = Decide(rule, state, told.GetValueOrDefault(route.Name), route, context);
            decisions.Add(decision is { Send: true, Reason: NotificationReason.NewAlert } && escalated ? Escalated(decision, state, context.Now) : decision);
        }

        return decisions;
    }

    /// <summary>When the message may leave: critical news at once, the rest gathered with what belongs to it.</summary>
    public static DateTimeOffset DueAt(WatchedRule rule, AlertState state, Route route, NotificationContext context)
    {
        if (!route.Gathers || (rule.Severity == AlertSeverity.Critical && state.Phase == AlertPhase.Firing))
        {
            return context.Now;
        }

        var due = context.Now + context.Policy.GroupWait;
        return context.LastTold.TryGetValue(route.Name, out var last) && last + context.Policy.GroupInterval > due ? last + context.Policy.GroupInterval : due;
    }

    private static NotificationDecision Decide(WatchedRule rule, AlertState state, Told? told, Route route, NotificationContext context)
    {
        var believesTrouble = told?.Phase is AlertPhase.Firing or AlertPhase.NoData;
        var worthTelling = state.Phase == AlertPhase.Firing || (state.Phase == AlertPhase.NoData && rule.TellNoData);
        if (!worthTelling)
        {
            return believesTrouble ? End(rule, state, route, context) : Hold(route, NotificationReason.NothingToTell, $"{state.Title} is {Word(state.Phase)}");
        }

        var news = told is null || told.Transition != state.Transition || told.Phase != state.Phase;
        if (!news && context.Now - told!.At < (rule.RepeatInterval ?? context.Policy.RepeatInterval))
        {
            return Hold(route, NotificationReason.AlreadyTold, $"told at {told.At.UtcDateTime:HH:mm:ss} UTC");
        }

        return Held(rule, state, route, news, context)
            ?? (news ? News(rule, state, route, context) : Send(rule, state, route, context, NotificationReason.Repeated, $"it has gone on since {state.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
    }

    private static NotificationDecision? Held(WatchedRule rule, AlertState state, Route route, bool news, NotificationContext context)
    {
        if (route.Type == LogType)
        {
            return null;
        }

        if (context.Silences.FirstOrDefault(silence => silence.Covers(rule, state.Fingerprint, context.Now)) is { } silence)
        {
            return Hold(route, NotificationReason.Silenced, $"silenced by {silence.Author} until {silence.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {silence.Reason}");
        }

        if (Mute(rule, state, context) is { } window)
        {
            return Hold(route, NotificationReason.Muted, $"within the weekly window '{window.Name}': {window.Reason}");
        }

        if (Inhibition.Of(rule, state, context) is { } inhibition)
        {
            return Hold(route, inhibition.Reason, inhibition.Sentence);
        }

        var acknowledged = news ? null : Routing.Acknowledged(state, context);
        return acknowledged is null
            ? null
            : Hold(route, NotificationReason.Acknowledged, $"{acknowledged.Author} sees to it until {acknowledged.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {acknowledged.Note}");
    }

    private static NotificationDecision End(WatchedRule rule, AlertState state, Route route, NotificationContext context) =>
        route.Type != LogType && Mute(rule, state, context) is { } window
            ? Hold(route, NotificationReason.Muted, $"resolved within the weekly window '{window.Name}'; told when it ends")
            : Send(rule, state, route, context, NotificationReason.Resolved, state.Because);

    private static NotificationDecision News(WatchedRule rule, AlertState state, Route route, NotificationContext context) =>
        Send(rule, state, route, context, state.Phase == AlertPhase.NoData ? NotificationReason.NoData : NotificationReason.NewAlert, state.Because);

    private static NotificationDecision Escalated(NotificationDecision decision, AlertState state, DateTimeOffset now) =>
        decision with { Reason = NotificationReason.Escalated, Sentence = $"nobody has acknowledged it for {Conditions.OperandText.Span(now - (state.FiringSince ?? state.Since))}", DueAt = now };

    private static MuteWindow? Mute(WatchedRule rule, AlertState state, NotificationContext context) =>
        context.Policy.MuteWindows.FirstOrDefault(window => window.Matcher.Matches(rule, state.Fingerprint) && window.Covers(context.Now));

    private static NotificationDecision Send(WatchedRule rule, AlertState state, Route route, NotificationContext context, NotificationReason reason, string sentence) =>
        new(route.Name, true, reason, sentence) { DueAt = DueAt(rule, state, route, context) };

    private static NotificationDecision Hold(Route route, NotificationReason reason, string sentence) => new(route.Name, false, reason, sentence);

    private static string Word(AlertPhase phase) => phase switch
    {
        AlertPhase.Inactive => "not firing",
        AlertPhase.Pending => "not lasting yet",
        AlertPhase.NoData => "without data",
        _ => "firing",
    };

    /// <summary>The channel that nothing holds back.</summary>
    public const string LogType = "log";
}
