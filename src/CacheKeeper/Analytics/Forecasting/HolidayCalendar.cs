namespace CacheKeeper.Analytics.Forecasting;

/// <summary>The days on which most of a country rests, by rule; days fixed by the moon or by decree are not among them.</summary>
internal static class HolidayCalendar
{
    /// <summary>Countries by their ISO code; the most people first, which is what decides where two could be meant.</summary>
    public static IReadOnlyDictionary<string, Func<int, DateOnly[]>> Countries { get; } = new Dictionary<string, Func<int, DateOnly[]>>(StringComparer.OrdinalIgnoreCase)
    {
        ["IN"] = year => [new(year, 1, 26), new(year, 8, 15), new(year, 10, 2)],
        ["US"] = year => [new(year, 1, 1), Nth(year, 5, DayOfWeek.Monday, -1), new(year, 7, 4), Nth(year, 9, DayOfWeek.Monday, 1), Nth(year, 11, DayOfWeek.Thursday, 4), new(year, 12, 25)],
        ["DE"] = year => [new(year, 1, 1), Easter(year, -2), Easter(year, 1), new(year, 5, 1), Easter(year, 39), Easter(year, 50), new(year, 10, 3), new(year, 12, 25), new(year, 12, 26)],
        ["GB"] = year => [new(year, 1, 1), Easter(year, -2), Easter(year, 1), Nth(year, 5, DayOfWeek.Monday, 1), Nth(year, 5, DayOfWeek.Monday, -1), Nth(year, 8, DayOfWeek.Monday, -1), new(year, 12, 25), new(year, 12, 26)],
        ["FR"] = year => [new(year, 1, 1), Easter(year, 1), new(year, 5, 1), new(year, 5, 8), Easter(year, 39), Easter(year, 50), new(year, 7, 14), new(year, 8, 15), new(year, 11, 1), new(year, 11, 11), new(year, 12, 25)],
        ["PL"] = year => [new(year, 1, 1), new(year, 1, 6), Easter(year, 1), new(year, 5, 1), new(year, 5, 3), Easter(year, 60), new(year, 8, 15), new(year, 11, 1), new(year, 11, 11), new(year, 12, 25), new(year, 12, 26)],
    };

    /// <summary>The holidays of a country from one day to another, both included.</summary>
    public static IReadOnlySet<DateOnly> Between(string country, DateOnly first, DateOnly last) =>
        Enumerable.Range(first.Year, last.Year - first.Year + 1).SelectMany(year => Countries[country](year)).Where(day => day >= first && day <= last).ToHashSet();

    // The n-th weekday of a month, counted from its end when negative.
    private static DateOnly Nth(int year, int month, DayOfWeek day, int n)
    {
        var days = Enumerable.Range(1, DateTime.DaysInMonth(year, month)).Select(date => new DateOnly(year, month, date)).Where(date => date.DayOfWeek == day).ToArray();
        return n > 0 ? days[n - 1] : days[^-n];
    }

    // Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher), and days around it.
    private static DateOnly Easter(int year, int daysAfter)
    {
        var (golden, century, rest) = (year % 19, year / 100, year % 100);
        var moon = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var sunday = (32 + (2 * (century % 4)) + (2 * (rest / 4)) - moon - (rest % 4)) % 7;
        var late = (golden + (11 * moon) + (22 * sunday)) / 451;
        var date = moon + sunday - (7 * late) + 114;
        return new DateOnly(year, date / 31, (date % 31) + 1).AddDays(daysAfter);
    }
}
