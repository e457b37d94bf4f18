namespace CacheKeeper.Alerts;

/// <summary>Which channels a rule speaks through.</summary>
internal static class Routing
{
    /// <summary>The channels now, each with whether only escalation brought it in. The log is always among them.</summary>
    /// <remarks>A rule none of whose channels exists speaks through all there are: better one message in the wrong place than none.</remarks>
    public static IReadOnlyDictionary<string, bool> Channels(WatchedRule rule, AlertState state, NotificationContext context)
    {
        var network = context.Routes.Where(route => route.Type != NotificationPlanner.LogType).ToList();
        var own = network.Where(route => rule.Channels.Contains(route.Name) || rule.Channels.Contains(route.Type)).ToList();
        var chosen = (own.Count > 0 ? own : network).Concat(context.Routes.Where(route => route.Type == NotificationPlanner.LogType)).ToDictionary(route => route.Name, _ => false);
        foreach (var name in Climbed(rule, state, context))
        {
            chosen.TryAdd(name, true);
        }

        return chosen;
    }

    /// <summary>The acknowledgement that holds now, if any.</summary>
    public static Acknowledgement? Acknowledged(AlertState state, NotificationContext context) =>
        context.Acknowledgements.FirstOrDefault(note => note.Fingerprint == state.Fingerprint && note.At >= (state.FiringSince ?? state.Since) && context.Now < note.Until);

    private static IEnumerable<string> Climbed(WatchedRule rule, AlertState state, NotificationContext context)
    {
        if (state.Phase != AlertPhase.Firing || Acknowledged(state, context) is not null)
        {
            return [];
        }

        var steps = context.Policy.Escalation.Where(step => rule.Severity >= step.From && context.Now - (state.FiringSince ?? state.Since) >= step.After);
        var names = steps.SelectMany(step => step.Channels).ToHashSet();
        return context.Routes.Where(route => names.Contains(route.Name) || names.Contains(route.Type)).Select(route => route.Name);
    }
}
