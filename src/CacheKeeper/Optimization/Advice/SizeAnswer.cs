using CacheKeeper.Optimization.Curves;
using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.Advice;

/// <summary>"How small can this cache be and keep its hit ratio?", with the curve it is read from.</summary>
/// <param name="Name">The whole cache, a tier or a category.</param>
/// <param name="Measured">The hit ratio that the lookups really had.</param>
/// <param name="Entries">Entries that are stored now; null when not known.</param>
/// <param name="Smallest">Entries that suffice; null when the curve never reaches the ratio (answers also live shorter than they are asked for).</param>
internal sealed record SizeAnswer(string Name, double Measured, long? Entries, Estimate? Smallest, IReadOnlyList<CurvePoint> Curve)
{
    /// <summary>"Keeps its hit ratio" means within half a point.</summary>
    public const double Tolerance = 0.005;

    private const int PointsOfCurve = 24;

    /// <summary>Null when nothing was logged for the name.</summary>
    public static SizeAnswer? Of(AccessHistory history, string name, long? entries)
    {
        var curve = history.TierCurve(name) ?? history.CategoryCurve(name);
        if (curve is null || MeasuredOf(history, name) is not { } measured)
        {
            return null;
        }

        var most = (int)Math.Clamp(Math.Max(curve.Followed / curve.Rate, entries ?? 1), 2, int.MaxValue / 2);
        var points = curve.Points([.. Sizes(most)]);
        var wanted = measured - Tolerance;
        var value = points.FirstOrDefault(point => point.HitRatio >= wanted);
        var smallest = value is null ? null : new Estimate(
            value.Capacity,
            points.First(point => point.Upper90 >= wanted).Capacity,
            (points.FirstOrDefault(point => point.Lower90 >= wanted) ?? points[^1]).Capacity);
        return new(name, measured, entries, smallest, points);
    }

    private static double? MeasuredOf(AccessHistory history, string name)
    {
        if (name == AccessHistory.Whole)
        {
            return history.Logged == 0 ? null : (double)history.Answered / history.Logged;
        }

        var groups = history.Groups.Where(group => group.Category == name).ToList();
        var measured = groups.Where(group => group.Measured is not null).ToList();
        return groups.Count == 0 ? history.HitRatioOfTier(name)
            : measured.Count == 0 ? null
            : measured.Sum(group => group.Lookups * group.Measured!.Value) / measured.Sum(group => group.Lookups);
    }

    // The same distance apart on a logarithmic ruler, in whole entries.
    private static IEnumerable<int> Sizes(int most) =>
        Enumerable.Range(0, PointsOfCurve).Select(each => (int)Math.Round(Math.Pow(most, each / (PointsOfCurve - 1.0)))).Distinct();
}
