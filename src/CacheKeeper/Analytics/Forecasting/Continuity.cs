namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Makes a history whole: interventions bridged, gaps filled, so that models see only what happened by itself.</summary>
internal static class Continuity
{
    /// <summary>How many known values on each side of an intervention tell its level.</summary>
    private const int Beside = 3;

    /// <summary>How many cycles away a gap's filling may come from.</summary>
    private const int FarthestCycle = 4;

    /// <summary>A gap-free series without leading unknowns.</summary>
    public static double[] Restore(SeriesHistory history)
    {
        var values = (double[])history.Values.Clone();
        foreach (var intervention in history.Interventions.OrderBy(intervention => intervention.From))
        {
            Bridge(values, Math.Max(0, intervention.From), Math.Min(values.Length, intervention.To), history.Season);
        }

        return Fill(TrimStart(values), history.LongSeason ?? history.Season, history.Season);
    }

    /// <summary>
    /// Fills each unknown value with what the same position held in the nearest cycles, moved to the level of the values beside the gap;
    /// where no cycle tells, on a straight line between those.
    /// </summary>
    public static double[] Fill(double[] values, params int[] seasons)
    {
        var filled = (double[])values.Clone();
        for (var t = 0; t < values.Length; t++)
        {
            if (!double.IsFinite(values[t]))
            {
                var (left, right) = (Known(values, t, -1).FirstOrDefault(-1), Known(values, t, 1).FirstOrDefault(-1));
                var line = OnLine(values, t, left, right, 0);
                filled[t] = seasons.Select(season => FromCycles(values, t, left, right, season)).FirstOrDefault(double.IsFinite, line);
            }
        }

        return filled;
    }

    // Unknown inside; what came before is moved by the jump, as though the intervention had always been.
    private static void Bridge(double[] values, int from, int to, int season)
    {
        var before = Known(values, from - 1, -1);
        var after = Known(values, to, 1);
        for (var t = from; t < to; t++)
        {
            values[t] = double.NaN;
        }

        if (before.Count == 0 || after.Count == 0)
        {
            return;
        }

        var jump = Middle(values, after) - Middle(values, before) - UsualChange(values, before, after, season);
        for (var t = 0; t < from; t++)
        {
            values[t] += jump;
        }
    }

    private static double UsualChange(double[] values, List<int> before, List<int> after, int season)
    {
        if (season > 1 && before.All(t => t >= season) && after.All(t => t >= season))
        {
            var change = Middle(values, [.. after.Select(t => t - season)]) - Middle(values, [.. before.Select(t => t - season)]);
            if (double.IsFinite(change))
            {
                return change;
            }
        }

        var steps = Enumerable.Range(1, values.Length - 1).Select(t => values[t] - values[t - 1]).Where(double.IsFinite).ToArray();
        return steps.Length == 0 ? 0 : Robust.Median(steps) * (after.Average() - before.Average());
    }

    private static double Middle(double[] values, List<int> at) => Robust.Median([.. at.Select(t => values[t])]);

    private static List<int> Known(double[] values, int from, int direction)
    {
        var known = new List<int>();
        for (var t = from; t >= 0 && t < values.Length && known.Count < Beside; t += direction)
        {
            if (double.IsFinite(values[t]))
            {
                known.Add(t);
            }
        }

        return known;
    }

    private static double[] TrimStart(double[] values)
    {
        var first = Array.FindIndex(values, double.IsFinite);
        return first < 0 ? [] : values[first..];
    }

    // The nearest cycles on both sides in which this position and the gap's neighbours are known.
    private static double FromCycles(double[] values, int t, int left, int right, int season)
    {
        if (season <= 1)
        {
            return double.NaN;
        }

        for (var cycle = 1; cycle <= FarthestCycle; cycle++)
        {
            var told = new[] { -cycle * season, cycle * season }
                .Where(shift => t + shift >= 0 && t + shift < values.Length)
                .Select(shift => values[t + shift] + OnLine(values, t, left, right, shift))
                .Where(double.IsFinite)
                .ToArray();
            if (told.Length > 0)
            {
                return told.Average();
            }
        }

        return double.NaN;
    }

    // Between the gap's neighbours: their values, or what they are above those a shift away.
    private static double OnLine(double[] values, int t, int left, int right, int shift)
    {
        var (before, after) = (At(left), At(right));
        return (double.IsFinite(before), double.IsFinite(after)) switch
        {
            (true, true) => before + ((after - before) * (t - left) / (right - left)),
            (true, false) => before,
            _ => after,
        };

        double At(int place) => place < 0 || place + shift < 0 || place + shift >= values.Length ? double.NaN
            : shift == 0 ? values[place] : values[place] - values[place + shift];
    }
}
