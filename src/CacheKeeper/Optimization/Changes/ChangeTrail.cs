using CacheKeeper.Client;

namespace CacheKeeper.Optimization.Changes;

/// <summary>Questions about the changes made so far. Pure.</summary>
internal static class ChangeTrail
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The directives that stand by the optimizer now.</summary>
    public static IReadOnlyList<TtlDirective> Standing(IEnumerable<Change> changes, DateTimeOffset now) => [.. changes.Where(change => change.Stands(now)).Select(change => change.Directive)];

    /// <summary>What is on trial: left alone until it is judged.</summary>
    public static IReadOnlySet<string> OnTrial(IEnumerable<Change> changes) => changes.Where(change => change.State == ChangeState.OnTrial).Select(change => change.Subject).ToHashSet();

    /// <summary>The lifetimes of a week ago, where they were others: those before the first change of the last week.</summary>
    public static IReadOnlyDictionary<(string Category, string Agent), TimeSpan> AWeekAgo(IEnumerable<Change> changes, Func<string, IEnumerable<string>> agentsOf, DateTimeOffset now)
    {
        var before = new Dictionary<(string, string), TimeSpan>();
        foreach (var change in changes.Where(change => change.AppliedAt > now - Week && change.Directive.Category is not null && change.Directive.Tier is null).OrderByDescending(change => change.AppliedAt))
        {
            foreach (var agent in change.Directive.Agent is { } one ? [one] : agentsOf(change.Directive.Category!))
            {
                before[(change.Directive.Category!, agent)] = TimeSpan.FromSeconds(change.SecondsBefore);
            }
        }

        return before;
    }

    /// <summary>The changes with kept ones renewed, so that they do not end while they serve.</summary>
    public static IReadOnlyList<Change> Renewed(IEnumerable<Change> changes, TimeSpan stands, DateTimeOffset now) =>
        [.. changes.Where(change => change.State == ChangeState.Kept && change.Directive.Until > now).Select(change => change with { Directive = change.Directive with { Until = now + stands } })];
}
