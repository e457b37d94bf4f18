namespace CacheKeeper.Optimization.Curves;

/// <summary>The hit ratio of a least-recently-used cache at every size, by stack distances. Mattson and others, 1970.</summary>
internal static class ExactCurve
{
    public static IReadOnlyList<CurvePoint> Of(ReadOnlySpan<int> trace, int keys, IReadOnlyList<int> capacities)
    {
        var order = new RecencyOrder();
        var distances = new long[keys + 1];
        foreach (var key in trace)
        {
            var distance = order.Touch(key);
            distances[distance < 0 ? keys : distance]++;
        }

        var hitsBelow = new long[keys + 1];
        for (var size = 0; size < keys; size++)
        {
            hitsBelow[size + 1] = hitsBelow[size] + distances[size];
        }

        var points = new CurvePoint[capacities.Count];
        for (var each = 0; each < points.Length; each++)
        {
            var ratio = trace.Length == 0 ? 0 : (double)hitsBelow[Math.Min(capacities[each], keys)] / trace.Length;
            points[each] = new(capacities[each], ratio, ratio, ratio);
        }

        return points;
    }
}
