namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Makes a history whole: interventions bridged, gaps filled, so that models see only what happened by itself.</summary>
internal static class Continuity
{
    /// <summary>How many known values on each side of an intervention tell its level.</summary>
    private const int Beside = 3;

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

    /// <summary>Fills each unknown value from the same position in the neighbouring cycles, else on a straight line between its neighbours.</summary>
    public static double[] Fill(double[] values, params int[] seasons)
    {
        var filled = (double[])values.Clone();
        for (var t = 0; t < values.Length; t++)
        {
            if (!double.IsFinite(values[t]))
            {
                filled[t] = seasons.Select(season => FromCycles(values, t, season)).FirstOrDefault(double.IsFinite, double.NaN);
            }
        }

        for (var t = 0; t < filled.Length; t++)
        {
            if (!double.IsFinite(filled[t]))
            {
                filled[t] = OnLine(values, t);
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

    private static double FromCycles(double[] values, int t, int season)
    {
        var known = new[] { t - season, t + season }.Where(at => at >= 0 && at < values.Length && double.IsFinite(values[at])).Select(at => values[at]).ToArray();
        return known.Length == 0 ? double.NaN : known.Average();
    }

    private static double OnLine(double[] values, int t)
    {
        var left = Known(values, t, -1).FirstOrDefault(-1);
        var right = Known(values, t, 1).FirstOrDefault(-1);
        return (left, right) switch
        {
            ( >= 0, >= 0) => values[left] + ((values[right] - values[left]) * (t - left) / (right - left)),
            ( >= 0, _) => values[left],
            (_, >= 0) => values[right],
            _ => double.NaN,
        };
    }
}
