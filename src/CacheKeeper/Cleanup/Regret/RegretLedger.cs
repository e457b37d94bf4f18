namespace CacheKeeper.Cleanup.Regret;

/// <summary>What removed entries were asked for again, by reason and category: pure.</summary>
internal sealed record RegretLedger(IReadOnlyList<RegretLine> Lines)
{
    private const double TwoSided95 = 1.96;

    public static RegretLedger Of(IEnumerable<Ghost> ghosts) => new(
        [.. ghosts.GroupBy(ghost => (ghost.Reason, ghost.Category)).Select(group => LineOf(group.Key.Reason, group.Key.Category, [.. group])).OrderByDescending(line => line.Returned).ThenBy(line => line.Category, StringComparer.Ordinal)]);

    /// <summary>Asked for again ÷ removed, over everything that would still have answered; null when nothing such was removed.</summary>
    public double? Regret => Lines.Where(line => line.CountsAsRegret).Sum(line => line.Removed) is > 0 and var removed ? Returned / removed : null;

    /// <summary>Answers that had to be made again because of a removal.</summary>
    public double Returned => Lines.Where(line => line.CountsAsRegret).Sum(line => line.Returned);

    private static RegretLine LineOf(RemovalReason reason, string category, IReadOnlyList<Ghost> ghosts)
    {
        var back = ghosts.Where(ghost => ghost.ReturnedAt is not null).ToList();
        var (removed, returned) = (ghosts.Sum(ghost => ghost.Weight), back.Sum(ghost => ghost.Weight));
        var share = returned / removed;

        // Wilson's interval, by the ghosts themselves and not by what they stand for.
        double n = ghosts.Count, square = TwoSided95 * TwoSided95;
        var middle = (share + (square / (2 * n))) / (1 + (square / n));
        var half = TwoSided95 * Math.Sqrt((share * (1 - share) / n) + (square / (4 * n * n))) / (1 + (square / n));
        var waits = back.Select(ghost => ghost.ReturnedAt!.Value - ghost.RemovedAt).Order().ToList();
        return new RegretLine(reason, category, removed, returned, share, Math.Max(0, middle - half), Math.Min(1, middle + half), waits.Count == 0 ? null : waits[waits.Count / 2]);
    }
}
