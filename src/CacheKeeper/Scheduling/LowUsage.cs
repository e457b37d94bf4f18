namespace CacheKeeper.Scheduling;

/// <summary>Finds the times of the week in which every hour is far below the mean.</summary>
internal static class LowUsage
{
    private const int DayHours = 24;
    private const int WeekHours = 7 * DayHours;

    /// <summary>The windows of a week, the longest first. Hours that are missing, never seen or too rarely seen are not quiet; a week without any load has no windows.</summary>
    public static IReadOnlyList<LowUsageWindow> Find(IEnumerable<HourLoad> hours, LowUsagePolicy policy)
    {
        var week = new HourLoad?[WeekHours];
        foreach (var hour in hours.Where(hour => hour.Load is not null && hour.Samples >= policy.MinimumSamples))
        {
            week[((int)hour.Day * DayHours) + hour.Hour] = hour;
        }

        var seen = week.OfType<HourLoad>().ToArray();
        var mean = seen.Length == 0 ? 0 : seen.Average(hour => hour.Load!.Value);
        if (!(mean > 0))
        {
            return [];
        }

        var quiet = Array.ConvertAll(week, hour => hour is not null && hour.Load < policy.QuietBelow * mean);
        return
        [
            .. Runs(quiet)
                .Where(run => run.Hours >= policy.ShortestHours)
                .Select(run => Describe(run.Start, run.Hours, week, mean, policy))
                .OrderByDescending(window => window.Hours).ThenBy(window => window.Share).ThenBy(window => window.Day).ThenBy(window => window.StartHour),
        ];
    }

    // Saturday's last hour is followed by Sunday's first. The mean hour is never quiet, so a run always has a beginning.
    private static IEnumerable<(int Start, int Hours)> Runs(bool[] quiet)
    {
        for (var start = 0; start < quiet.Length; start++)
        {
            if (quiet[start] && !quiet[(start + quiet.Length - 1) % quiet.Length])
            {
                var hours = 1;
                while (quiet[(start + hours) % quiet.Length])
                {
                    hours++;
                }

                yield return (start, hours);
            }
        }
    }

    private static LowUsageWindow Describe(int start, int hours, HourLoad?[] week, double mean, LowUsagePolicy policy)
    {
        var inside = Enumerable.Range(0, hours).Select(i => week[(start + i) % WeekHours]!).ToArray();
        return new(
            (DayOfWeek)(start / DayHours),
            start % DayHours,
            hours,
            inside.Average(hour => hour.Load!.Value) / mean,
            inside.Min(hour => Confidence(hour, policy.QuietBelow * mean)));
    }

    // The share of the way to the threshold that the spread leaves free, held back by how few samples say so (n ÷ (n + 1)).
    private static double Confidence(HourLoad hour, double threshold)
    {
        var room = threshold - hour.Load!.Value;
        var free = room / (room + hour.Spread);
        return free * hour.Samples / (hour.Samples + 1);
    }
}
