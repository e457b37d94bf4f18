using CacheKeeper.Client;
using CacheKeeper.Directives;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>All that the open incidents ask of the readers, as one wish. Pure.</summary>
internal static class StandingParts
{
    /// <param name="configured">The tiers that readers could use.</param>
    public static DirectiveParts Of(IEnumerable<Incident> incidents, IReadOnlyCollection<TierName> configured, DateTimeOffset now)
    {
        var open = incidents.Where(incident => incident.IsOpen).ToList();
        var leaveOut = open.SelectMany(incident => incident.LeaveOut).Where(part => part.Until > now)
            .GroupBy(part => part.Tier).Select(same => same.MaxBy(part => part.Until)!).OrderBy(part => part.Tier, StringComparer.Ordinal).ToList();

        // A cache without any tier helps nobody: then the readers' own breakers decide.
        var leftOut = leaveOut.Select(part => part.Tier).ToHashSet();
        if (configured.All(tier => leftOut.Contains(tier.Word())))
        {
            leaveOut = [];
        }

        return new DirectiveParts(leaveOut, Ttl(open, now));
    }

    // Two troubles must not stretch one neighbour twice: the factor furthest from one holds. What shortens (a full tier) wins over what stretches.
    private static List<TtlDirective> Ttl(IReadOnlyList<Incident> open, DateTimeOffset now) =>
    [
        .. open.SelectMany(incident => incident.Ttl).Where(part => part.Until > now)
            .GroupBy(part => (part.Tier, part.Category, part.Agent))
            .Select(same => same.Any(part => part.Factor < 1) ? same.MinBy(part => part.Factor)! : same.OrderByDescending(part => part.Factor).ThenByDescending(part => part.Until).First())
            .OrderBy(part => part.Tier, StringComparer.Ordinal),
    ];
}
