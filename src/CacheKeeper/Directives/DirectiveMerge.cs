using CacheKeeper.Client;

namespace CacheKeeper.Directives;

/// <summary>Puts one writer's parts in the place of its earlier ones and leaves the others' alone. Pure.</summary>
internal static class DirectiveMerge
{
    /// <returns>The next version; the same document when nothing would change.</returns>
    public static DirectivesDocument Replace(DirectivesDocument standing, string by, DirectiveParts parts, DirectivePolicy policy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        var living = standing.At(now);
        var next = standing with
        {
            LeaveOut = [.. living.LeaveOut.Where(part => part.By != by), .. parts.LeaveOut.Select(part => Bounded(part, by, policy, now)).Where(part => part.Until > now)],
            Ttl = [.. living.Ttl.Where(part => part.By != by), .. parts.Ttl.Select(part => Bounded(part, by, policy, now)).Where(part => part.Until > now)],
        };
        return Same(next.LeaveOut, standing.LeaveOut) && Same(next.Ttl, standing.Ttl) ? standing : next with { Version = standing.Version + 1, WrittenAt = now };
    }

    /// <summary>The document that readers would take: the higher version, else the later one; null only when all are.</summary>
    public static DirectivesDocument? Newest(IEnumerable<DirectivesDocument?> documents) =>
        documents.OfType<DirectivesDocument>().OrderBy(document => document.Version).ThenBy(document => document.WrittenAt).LastOrDefault();

    /// <summary>When the last part ends; null when there is none.</summary>
    public static DateTimeOffset? LastEnd(DirectivesDocument document) =>
        document.LeaveOut.Select(part => part.Until).Concat(document.Ttl.Select(part => part.Until)).Cast<DateTimeOffset?>().Max();

    private static LeaveOutDirective Bounded(LeaveOutDirective part, string by, DirectivePolicy policy, DateTimeOffset now) =>
        part with { By = by, Until = End(part.Until, now + policy.LongestPart), Reason = Said(part.Reason) };

    private static TtlDirective Bounded(TtlDirective part, string by, DirectivePolicy policy, DateTimeOffset now) => part with
    {
        By = by,
        Until = End(part.Until, now + policy.LongestPart),
        Reason = Said(part.Reason),
        Factor = part.Factor is > 0 and var factor ? Math.Clamp(factor, 1 / policy.LargestFactor, policy.LargestFactor) : null,
        Seconds = part.Seconds is > 0 and var seconds ? Math.Clamp(seconds, DirectivesDocument.ShortestTtl.TotalSeconds, DirectivesDocument.LongestTtl.TotalSeconds) : null,
    };

    // A directive that cannot say why it stands is a mistake of ours, not of its readers.
    private static string Said(string reason) => string.IsNullOrWhiteSpace(reason) ? throw new ArgumentException("A directive needs a reason.", nameof(reason)) : reason;

    private static bool Same<T>(IReadOnlyList<T> one, IReadOnlyList<T> other) => one.Count == other.Count && one.All(other.Contains);

    // To the millisecond, as it is written: the same wish twice is then no change.
    private static DateTimeOffset End(DateTimeOffset wanted, DateTimeOffset latest) =>
        DateTimeOffset.FromUnixTimeMilliseconds((wanted < latest ? wanted : latest).ToUnixTimeMilliseconds());
}
