using System.Globalization;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Analytics.Windows;

/// <summary>For each of the next days, the consecutive hours that usually carry least.</summary>
internal static class MaintenanceWindows
{
    /// <summary>Hours of the day on which clocks go forward; a day with fewer is not whole.</summary>
    private const int ShortestDay = 23;

    /// <summary>
    /// Looks at the hourly <paramref name="load"/> (NaN for unknown hours) in <paramref name="zone"/> and names <paramref name="hours"/> hours
    /// for each of <paramref name="days"/> days, the first being the one that begins at or after <paramref name="from"/>.
    /// </summary>
    public static MaintenanceWindowList Find(TimeGrid load, DateTimeOffset from, int hours, int days, TimeZoneInfo zone, WindowPolicy policy)
    {
        var profile = LoadProfile.Of(load, zone, policy);
        var past = PastDays(load, zone, policy);
        var (windows, skipped) = (new List<MaintenanceWindow>(), new List<string>());
        var date = FirstDay(from, zone);
        for (var day = 0; day < days; day++, date = date.AddDays(1))
        {
            if (Best(date, hours, zone, profile) is { } best)
            {
                windows.Add(Describe(best, hours, zone, past, policy));
            }
            else
            {
                skipped.Add($"{date:yyyy-MM-dd}: no {hours} hours in a row have been seen often enough");
            }
        }

        return new(windows, skipped);
    }

    private static DateOnly FirstDay(DateTimeOffset from, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(from, zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        return local.TimeOfDay == TimeSpan.Zero ? day : day.AddDays(1);
    }

    // The hours of a local day as they pass: 23 or 25 of them when clocks change.
    private static (DateTimeOffset[] Starts, HourLoad[] Loads) HoursOf(DateOnly date, TimeZoneInfo zone, LoadProfile profile)
    {
        var starts = new List<DateTimeOffset>();
        for (var hour = Midnight(date, zone); DateOnly.FromDateTime(hour.DateTime) == date; hour = TimeZoneInfo.ConvertTime(hour.AddHours(1), zone))
        {
            starts.Add(hour);
        }

        return ([.. starts], [.. starts.Select(start => profile[start.DayOfWeek, start.Hour])]);
    }

    // Where midnight itself is skipped by a clock change, the day begins an hour later.
    private static DateTimeOffset Midnight(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        var valid = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        var offset = zone.IsAmbiguousTime(valid) ? zone.GetAmbiguousTimeOffsets(valid).Max() : zone.GetUtcOffset(valid);
        return new(valid, offset);
    }

    private static Choice? Best(DateOnly date, int hours, TimeZoneInfo zone, LoadProfile profile)
    {
        var (starts, loads) = HoursOf(date, zone, profile);
        var best = Enumerable.Range(0, Math.Max(0, loads.Length - hours + 1))
            .Where(first => loads[first..(first + hours)].All(hour => hour.Load is not null))
            .Select(first => (First: first, Load: loads[first..(first + hours)].Sum(hour => hour.Load!.Value)))
            .OrderBy(window => window.Load)
            .Cast<(int First, double Load)?>()
            .FirstOrDefault();
        return best is { } window ? new(starts[window.First], window.First, window.Load, loads) : null;
    }

    private static MaintenanceWindow Describe(Choice choice, int hours, TimeZoneInfo zone, IReadOnlyList<PastDay> past, WindowPolicy policy)
    {
        var known = choice.Day.Where(hour => hour.Load is not null).ToArray();
        var total = known.Sum(hour => hour.Load!.Value);
        var whole = past.Where(day => day.Loads.Length >= hours).ToArray();
        var sameDay = whole.Where(day => day.Date.DayOfWeek == choice.Start.DayOfWeek).ToArray();
        var compared = sameDay.Length >= policy.MinimumSamples ? sameDay : whole;
        var right = compared.Count(day => day.Regret(choice.First, hours) <= policy.RightWithin);
        double? share = total > 0 ? choice.Load / total : null;
        var end = TimeZoneInfo.ConvertTime(choice.Start.AddHours(hours), zone);
        return new(
            choice.Start,
            end,
            share,
            // Jeffreys' estimate: never quite sure, one half when nothing is known.
            (right + 0.5) / (compared.Length + 1),
            string.Create(CultureInfo.InvariantCulture, $"about {share ?? 0:P1} of the day's load; near the best hours on {right} of {compared.Length} days like it"));
    }

    private static List<PastDay> PastDays(TimeGrid load, TimeZoneInfo zone, WindowPolicy policy)
    {
        var first = Math.Max(0, load.Values.Length - (int)(TimeSpan.FromDays(7 * policy.Weeks) / load.Step));
        return
        [
            .. Enumerable.Range(first, load.Values.Length - first)
                .Select(step => (Local: TimeZoneInfo.ConvertTime(load.At(step), zone), Load: load.Values[step]))
                .GroupBy(hour => DateOnly.FromDateTime(hour.Local.DateTime))
                .Select(day => new PastDay(day.Key, [.. day.Select(hour => hour.Load)]))
                .Where(day => day.Loads.Length >= ShortestDay && day.Loads.All(double.IsFinite)),
        ];
    }

    /// <summary>A day's chosen hours: where they start, the index of the first, their expected load, and all hours of the day.</summary>
    private sealed record Choice(DateTimeOffset Start, int First, double Load, HourLoad[] Day);
}
