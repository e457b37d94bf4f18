namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Days of a history and of its future that may look like the quietest day of the week instead of their own.</summary>
/// <param name="Name">Whose days they are, "US" say.</param>
/// <param name="Starts">The step at which each begins, counted from the first value of the history; steps behind its end are in the future.</param>
/// <param name="Declared">Somebody said that these days are different; else the history must show it.</param>
internal sealed record RestDays(string Name, IReadOnlyList<int> Starts, bool Declared)
{
    /// <summary>Weeks that tell what a day of the week usually holds.</summary>
    private const int Weeks = 8;

    /// <summary>The history shows it when resting days were this much better explained by the quietest day …</summary>
    private const double ExplainedBy = 0.5;

    /// <summary>… and were this many times farther from their usual day than other days are.</summary>
    private const double Unusual = 3;

    /// <summary>The days of a country (by the clock of the grid) that begin in the history or within the horizon after it.</summary>
    public static RestDays Of(string country, TimeGrid grid, int horizon, bool declared)
    {
        var (first, last) = (DateOnly.FromDateTime(grid.Start.UtcDateTime), DateOnly.FromDateTime(grid.At(grid.Values.Length + horizon).UtcDateTime));
        var starts = HolidayCalendar.Between(country, first, last)
            .Select(day => (new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) - grid.Start) / grid.Step)
            .Where(step => step >= 0 && step < grid.Values.Length + horizon && step == Math.Floor(step));
        return new(country, [.. starts.Select(step => (int)step).Order()], declared);
    }

    /// <summary>All countries' days, each to be reckoned with where the history shows it.</summary>
    public static IReadOnlyList<RestDays> Guessed(TimeGrid grid, int horizon) => [.. HolidayCalendar.Countries.Keys.Select(country => Of(country, grid, horizon, declared: false))];

    /// <summary>The same days counted from a later first value.</summary>
    public RestDays From(int step) => this with { Starts = [.. Starts.Select(start => start - step)] };

    /// <summary>Whether to reckon with these days: declared, or seen in the history.</summary>
    public bool Hold(SeriesShape shape) => shape.LongSeason > shape.Season && (Declared || IsSeen(shape));

    /// <summary>The history as it would have been with usual days in their place.</summary>
    public SeriesShape Without(SeriesShape shape)
    {
        var values = (double[])shape.Values.Clone();
        foreach (var start in Past(shape))
        {
            shape.Values.AsSpan(Usual(shape, start), shape.Season).CopyTo(values.AsSpan(start));
        }

        return shape with { Values = values };
    }

    /// <summary>Moves each coming rest day of a forecast by what the quietest day of the week is below it.</summary>
    public double[] Apply(double[] forecast, SeriesShape shape)
    {
        var week = SeasonalProfile.Of(shape.Values, shape.LongSeason, Weeks, 1).Repeat(forecast.Length + shape.LongSeason);
        var moved = (double[])forecast.Clone();
        foreach (var start in Starts.Select(start => start - shape.Count).Where(start => start > -shape.Season && start < forecast.Length))
        {
            var rest = QuietestOf(week, Wrap(start, shape.LongSeason), shape);
            for (var i = Math.Max(0, -start); i < shape.Season && start + i < forecast.Length; i++)
            {
                moved[start + i] += week[Wrap(start + rest + i, shape.LongSeason)] - week[Wrap(start + i, shape.LongSeason)];
            }
        }

        return moved;
    }

    private bool IsSeen(SeriesShape shape)
    {
        var seen = Past(shape).Select(start => (Usual: Distance(shape, start, Usual(shape, start)), Quiet: Distance(shape, start, Quietest(shape, start)))).ToArray();
        var ordinary = Robust.Median([.. Enumerable.Range(shape.LongSeason, shape.Count - shape.LongSeason).Select(t => Math.Abs(shape.Values[t] - shape.Values[t - shape.LongSeason]))]);
        return seen.Length > 0 && seen.Average(day => day.Usual) > Unusual * ordinary && seen.Average(day => day.Quiet) < ExplainedBy * seen.Average(day => day.Usual);
    }

    private IEnumerable<int> Past(SeriesShape shape) => Starts.Where(start => start >= shape.LongSeason && start + shape.Season <= shape.Count);

    // The same day a week before, or the last that is not itself a rest day.
    private int Usual(SeriesShape shape, int start)
    {
        var usual = start - shape.LongSeason;
        while (Starts.Contains(usual) && usual >= shape.LongSeason)
        {
            usual -= shape.LongSeason;
        }

        return usual;
    }

    // The day with the least of the six before this one.
    private static int Quietest(SeriesShape shape, int start)
    {
        var days = (shape.LongSeason / shape.Season) - 1;
        return Enumerable.Range(1, days).Select(back => start - (back * shape.Season)).MinBy(day => shape.Values.AsSpan(day, shape.Season).ToArray().Sum());
    }

    private static int QuietestOf(double[] week, int start, SeriesShape shape) =>
        Enumerable.Range(0, shape.LongSeason / shape.Season).Select(day => day * shape.Season)
            .MinBy(day => Enumerable.Range(0, shape.Season).Sum(i => week[Wrap(start + day + i, shape.LongSeason)]));

    private static double Distance(SeriesShape shape, int start, int other) =>
        Enumerable.Range(0, shape.Season).Average(i => Math.Abs(shape.Values[start + i] - shape.Values[other + i]));

    private static int Wrap(int step, int season) => ((step % season) + season) % season;
}
