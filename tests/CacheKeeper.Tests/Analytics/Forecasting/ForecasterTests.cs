using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Forecasting;
using CsCheck;

namespace CacheKeeper.Tests.Analytics.Forecasting;

public sealed class ForecasterTests
{
    private const int Day = 24;
    private const int Week = 168;

    [Fact]
    public void A_constant_series_stays_constant_with_a_narrow_range()
    {
        var forecast = Forecast(Enumerable.Repeat(42.0, 4 * Week), Week);
        Assert.All(forecast.Points, point =>
        {
            Assert.Equal(42, point.Value, 6);
            Assert.InRange(point.Upper95 - point.Lower95, 0, 1e-6);
        });
    }

    [Fact]
    public void A_planted_week_comes_again()
    {
        var history = Enumerable.Range(0, 6 * Week).Select(PlantedWeek).ToArray();
        var forecast = Forecast(history, Week);
        for (var step = 0; step < Week; step++)
        {
            Assert.Equal(PlantedWeek(history.Length + step), forecast.Points[step].Value, 3);
        }
    }

    [Fact]
    public void A_forecast_carries_its_error_and_its_models()
    {
        var random = new Random(3);
        var forecast = Forecast(Enumerable.Range(0, 6 * Week).Select(t => PlantedWeek(t) + (10 * random.NextDouble())), Week);
        Assert.InRange(forecast.Error!.Absolute, 1, 4);
        Assert.InRange(forecast.Error.AgainstNaive!.Value, 0, 0.6);
        Assert.Equal(1, forecast.Models.Sum(voice => voice.Share), 9);
        Assert.True(forecast.Error.Origins > 10);
    }

    [Fact]
    public void Missing_hours_are_not_zero()
    {
        var random = new Random(5);
        var holed = Enumerable.Range(0, 6 * Week).Select(t => random.NextDouble() < 0.2 ? double.NaN : PlantedWeek(t));
        var forecast = Forecast(holed, Week);
        for (var step = 0; step < Week; step++)
        {
            Assert.Equal(PlantedWeek((6 * Week) + step), forecast.Points[step].Value, 1.0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(50)]
    public void Too_little_history_is_an_answer(int hours)
    {
        var forecast = Forecast(Enumerable.Range(0, hours).Select(PlantedWeek), Week);
        Assert.StartsWith("not enough history", forecast.NotEnoughHistory, StringComparison.Ordinal);
        Assert.Empty(forecast.Points);
    }

    [Fact]
    public void A_history_of_holes_is_too_little()
    {
        var forecast = Forecast(Enumerable.Range(0, 4 * Week).Select(t => t % 3 == 0 ? PlantedWeek(t) : double.NaN), Day);
        Assert.Contains("missing", forecast.NotEnoughHistory, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_days_are_enough_for_a_week_ahead()
    {
        var forecast = Forecast(Enumerable.Range(0, 4 * Day).Select(t => 100 + (50 * Math.Sin(t * Math.Tau / Day))), Week);
        Assert.Equal(Week, forecast.Points.Count);
        Assert.All(forecast.Points, (point, step) => Assert.Equal(100 + (50 * Math.Sin(step * Math.Tau / Day)), point.Value, 5.0));
        var widths = forecast.Points.Select(point => point.Upper95 - point.Lower95).ToArray();
        Assert.True(widths[^Day..].Sum() >= widths[..Day].Sum());
    }

    [Fact]
    public void A_steady_growth_goes_on()
    {
        var forecast = Forecast(Enumerable.Range(0, 4 * Week).Select(t => 1000 + (2.0 * t)), Week);
        Assert.Equal(1000 + (2.0 * ((5 * Week) - 1)), forecast.Points[^1].Value, 60.0);
    }

    [Fact]
    public void Our_own_cleanups_do_not_become_trend()
    {
        // Grows by 10 an hour; every third day a cleanup of two hours takes 500 entries away, one time 2,000.
        var values = new double[4 * Week];
        var interventions = new List<StepRange>();
        for (var (t, size) = (0, 5000.0); t < values.Length; t++, size += 10)
        {
            if (t > 0 && t % (3 * Day) == 0)
            {
                size -= t == 18 * Day ? 2000 : 500;
                interventions.Add(new(t - 1, t + 1));
            }

            values[t] = size;
        }

        var marked = SeriesHistory.Of(values, Day, Bounds.Size) with { Interventions = interventions };
        var forecast = Forecaster.Predict(marked, 2 * Day, ForecastPolicy.Default);
        Assert.Equal(values[^1] + (10 * 2 * Day), forecast.Points[^1].Value, 25.0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_declared_rest_day_looks_like_the_quietest_day_and_an_undeclared_one_only_when_the_history_shows_it(bool shown)
    {
        // Seven weeks from Monday 12 May 2025 on, Memorial Day on the 26th among them; Independence Day is the fifth day forecast, a Friday.
        var grid = Grid(new(2025, 5, 12, 0, 0, 0, TimeSpan.Zero), 7, day => shown && day == new DateOnly(2025, 5, 26));
        var independenceDay = (4 * Day, 5 * Day);
        var none = Points(grid, []);
        var guessed = Points(grid, RestDays.Guessed(grid, Week));
        var declared = Points(grid, [RestDays.Of("US", grid, Week, declared: true)]);
        Assert.Equal(70, declared[independenceDay.Item1..independenceDay.Item2].Average(), 2.0);
        Assert.Equal(100, none[independenceDay.Item1..independenceDay.Item2].Average(), 2.0);
        Assert.Equal(shown ? 70 : 100, guessed[independenceDay.Item1..independenceDay.Item2].Average(), 2.0);
        Assert.Equal(100, declared[..Day].Average(), 2.0);
    }

    [Fact]
    public void Ratios_stay_between_0_and_1_and_sizes_above_0() => HistoryOf(Gen.Double[0, 1]).Sample(
        history =>
        {
            var ratio = Forecaster.Predict(SeriesHistory.Of(history, Day, Bounds.Ratio), 30, ForecastPolicy.Default);
            var size = Forecaster.Predict(SeriesHistory.Of(history, Day, Bounds.Size), 30, ForecastPolicy.Default);
            return ratio.Points.All(point => point is { Lower95: >= 0, Upper95: <= 1, Value: >= 0 and <= 1 }) && size.Points.All(point => point is { Lower95: >= 0, Value: >= 0 });
        },
        iter: 30);

    [Fact]
    public void Ranges_nest_around_the_forecast() => HistoryOf(Gen.Double[-50, 1000]).Sample(
        history => Forecaster.Predict(SeriesHistory.Of(history, Day, Bounds.None), 30, ForecastPolicy.Default).Points.All(point =>
            point.Lower95 <= point.Lower80 && point.Lower80 <= point.Value && point.Value <= point.Upper80 && point.Upper80 <= point.Upper95),
        iter: 30);

    [Fact]
    public void Adding_a_constant_moves_an_unbounded_forecast_by_it() => Gen.Select(HistoryOf(Gen.Double[0, 100]), Gen.Double[-1000, 1000]).Sample(
        (history, constant) =>
        {
            var plain = Forecaster.Predict(SeriesHistory.Of(history, Day, Bounds.None), 30, ForecastPolicy.Default);
            var moved = Forecaster.Predict(SeriesHistory.Of([.. history.Select(value => value + constant)], Day, Bounds.None), 30, ForecastPolicy.Default);
            return plain.Points.Zip(moved.Points).All(pair => Math.Abs(pair.First.Value + constant - pair.Second.Value) < 1e-3);
        },
        iter: 30);

    // A day's pattern with noise: what the property tests forecast.
    private static Gen<double[]> HistoryOf(Gen<double> value) =>
        Gen.Select(value.Array[Day], value.Array[6 * Day], (day, noise) => noise.Select((one, t) => (0.7 * day[t % Day]) + (0.3 * one)).ToArray());

    // Weeks of the planted pattern; days that rest are like a Sunday.
    private static TimeGrid Grid(DateTimeOffset monday, int weeks, Func<DateOnly, bool> rests)
    {
        var random = new Random(7);
        return new(monday, TimeSpan.FromHours(1), [.. Enumerable.Range(0, weeks * Week).Select(t =>
            PlantedWeek(rests(DateOnly.FromDateTime(monday.AddHours(t).DateTime)) ? (6 * Day) + (t % Day) : t) + random.NextDouble() - 0.5)]);
    }

    private static double[] Points(TimeGrid grid, IReadOnlyList<RestDays> rest) =>
        [.. Forecaster.Predict(SeriesHistory.Of(grid.Values, Day, Bounds.Size) with { RestDays = rest }, Week, ForecastPolicy.Default).Points.Select(point => point.Value)];

    private static double PlantedWeek(int t) => 100 + (40 * Math.Sin(t * Math.Tau / Day)) + (t % Week >= 5 * Day ? -30 : 0);

    private static Forecast Forecast(IEnumerable<double> values, int horizon) =>
        Forecaster.Predict(SeriesHistory.Of([.. values], Day, Bounds.Size), horizon, ForecastPolicy.Default);
}
