using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Analytics.Windows;

/// <summary>
/// What each hour of the week usually carries: a Huber mean over the last weeks, the recent weighing more, so that a holiday does not become a habit.
/// </summary>
internal sealed class LoadProfile
{
    private const int DayHours = 24;

    private readonly Dictionary<(DayOfWeek Day, int Hour), HourLoad> _hours;

    private LoadProfile(Dictionary<(DayOfWeek Day, int Hour), HourLoad> hours) => _hours = hours;

    /// <summary>All 168 hours of the week.</summary>
    public IReadOnlyCollection<HourLoad> Hours => _hours.Values;

    public HourLoad this[DayOfWeek day, int hour] => _hours[(day, hour)];

    /// <summary>Learns from hourly loads, NaN where an hour is unknown, seen in <paramref name="zone"/>.</summary>
    public static LoadProfile Of(TimeGrid load, TimeZoneInfo zone, WindowPolicy policy)
    {
        var samples = Samples(load, zone, policy);
        var bound = Noise([.. samples.GroupBy(sample => (sample.Day, sample.Hour)).Select(cell => cell.OrderBy(sample => sample.Age).Select(sample => sample.Load).ToArray())]);
        var byHour = samples.ToLookup(sample => sample.Hour);
        var byCell = samples.ToLookup(sample => (sample.Day, sample.Hour));
        var hours =
            from day in Enum.GetValues<DayOfWeek>()
            from hour in Enumerable.Range(0, DayHours)
            let own = byCell[(day, hour)].ToArray()
            select Describe(day, hour, own.Length >= policy.MinimumSamples ? own : [.. byHour[hour]], bound, policy);
        return new(hours.ToDictionary(hour => (hour.Day, hour.Hour)));
    }

    private static List<Sample> Samples(TimeGrid load, TimeZoneInfo zone, WindowPolicy policy)
    {
        var first = Math.Max(0, load.Values.Length - (int)(TimeSpan.FromDays(7 * policy.Weeks) / load.Step));
        var samples = new List<Sample>();
        for (var step = first; step < load.Values.Length; step++)
        {
            if (double.IsFinite(load.Values[step]))
            {
                var local = TimeZoneInfo.ConvertTime(load.At(step), zone);
                samples.Add(new(local.DayOfWeek, local.Hour, (load.End - load.At(step)) / TimeSpan.FromDays(7), load.Values[step]));
            }
        }

        return samples;
    }

    private static HourLoad Describe(DayOfWeek day, int hour, Sample[] seen, double bound, WindowPolicy policy)
    {
        if (seen.Length < policy.MinimumSamples)
        {
            return new(day, hour, null, seen.Length, 0);
        }

        var loads = Array.ConvertAll(seen, sample => sample.Load);
        var usual = Robust.Location(loads, Array.ConvertAll(seen, sample => Math.Pow(policy.Decay, sample.Age)), bound);
        return new(day, hour, usual, seen.Length, Robust.Spread(Array.ConvertAll(loads, load => Math.Abs(load - usual))));
    }

    // Noise of one hour, from its changes from week to week.
    private static double Noise(double[][] cells)
    {
        var changes = cells.SelectMany(cell => cell.Zip(cell.Skip(1), (later, earlier) => Math.Abs(later - earlier))).ToArray();
        return changes.Length == 0 ? double.PositiveInfinity : (Robust.Spread(changes) / Math.Sqrt(2)) + 1e-12;
    }

    /// <summary>One hour that was seen; <paramref name="Age"/> in weeks before the end of the history.</summary>
    private readonly record struct Sample(DayOfWeek Day, int Hour, double Age, double Load);
}
