namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Forecasts a series by the models that would have forecast its recent past best, with ranges that held in that past.</summary>
internal static class Forecaster
{
    /// <summary>Forecasts the next <paramref name="horizon"/> steps, or says why there is too little to go by.</summary>
    public static Forecast Predict(SeriesHistory history, int horizon, ForecastPolicy policy)
    {
        if (Refusal(history, policy) is { } reason)
        {
            return Forecast.None(reason);
        }

        var whole = Shape(history, policy);
        var rest = history.RestDays.Select(days => days.From(history.Values.Length - whole.Count)).FirstOrDefault(days => days.Hold(whole));
        var shape = (rest?.Without(whole) ?? whole).Last(Math.Max(policy.ValuesKept, policy.LongSeasonsKept * whole.LongSeason));
        var (tried, origins) = Trials(shape, horizon, policy);
        if (origins == 0)
        {
            return Forecast.None($"not enough history: {shape.Count} values leave nothing to test a forecast on after {Shortest(shape, policy)} to learn from");
        }

        var backTest = BackTest.Run(shape, ForecastModels.For(history.Bounds), horizon, tried, origins);
        var errors = backTest.Errors();
        var combination = Combination.Of(errors, Math.Min(policy.Combined, errors.Length), policy.VoicePower);
        var agreed = backTest.Trials.Select(trial => Clamped(combination.Agree(trial.Forecasts), history.Bounds)).ToArray();
        var agreedNow = combination.Agree(backTest.Futures);
        var future = Clamped(rest?.From(whole.Count - shape.Count).Apply(agreedNow, shape) ?? agreedNow, history.Bounds);
        var voices = combination.Members.Select((member, i) => new ForecastVoice(backTest.Models[member].Name, combination.Voices[i]));
        return new(
            Points(future, Intervals(backTest, agreed, shape.Season, horizon), history.Bounds, policy),
            [.. voices],
            Error(backTest, agreed),
            null)
        { RestDays = rest?.Name };
    }

    private static string? Refusal(SeriesHistory history, ForecastPolicy policy)
    {
        var known = history.Values.Count(double.IsFinite);
        var needed = Math.Max(policy.MinimumValues, (policy.SeasonsToLearn + 1) * history.Season);
        if (known < needed)
        {
            return $"not enough history: {known} values are known, {needed} are needed";
        }

        var missing = 1 - ((double)known / history.Values.Length);
        return missing > policy.MissingShare ? $"not enough history: {missing:P0} of it is missing" : null;
    }

    private static SeriesShape Shape(SeriesHistory history, ForecastPolicy policy)
    {
        var values = Continuity.Restore(history);
        var longSeason = history.LongSeason is { } steps && values.Length >= (policy.LongSeasonsToLearn + 1) * steps ? steps : history.Season;
        return new(values, history.Season, longSeason);
    }

    // Half of what can be spared is the longest distance tried, so that there are several origins.
    private static (int Tried, int Origins) Trials(SeriesShape shape, int horizon, ForecastPolicy policy)
    {
        var spare = shape.Count - Shortest(shape, policy);
        var tried = Math.Min(horizon, (spare + 1) / 2);
        return tried < 1 ? (0, 0) : (tried, Math.Min(policy.Origins, ((spare - tried) / shape.Season) + 1));
    }

    private static int Shortest(SeriesShape shape, ForecastPolicy policy) =>
        shape.LongSeason > shape.Season
            ? (policy.LongSeasonsToLearn * shape.LongSeason) + shape.Season
            : Math.Max(policy.MinimumValues / 2, policy.SeasonsToLearn * shape.Season);

    private static PredictionIntervals Intervals(BackTest backTest, double[][] agreed, int season, int horizon) =>
        PredictionIntervals.Of([.. backTest.Trials.Select((trial, origin) => trial.Actual.Select((value, step) => value - agreed[origin][step]).ToArray())], season, horizon);

    private static ForecastPoint[] Points(double[] forecast, PredictionIntervals intervals, Bounds bounds, ForecastPolicy policy) =>
    [
        .. forecast.Select((value, step) =>
        {
            var (lower80, upper80) = intervals.Around(value, step, 0.80, policy.Caution80);
            var (lower95, upper95) = intervals.Around(value, step, 0.95, policy.Caution95);
            return new ForecastPoint(value, bounds.Clamp(lower80), bounds.Clamp(upper80), bounds.Clamp(lower95), bounds.Clamp(upper95));
        }),
    ];

    private static ForecastError Error(BackTest backTest, double[][] agreed)
    {
        var absolute = backTest.Trials.Select((trial, origin) => trial.Error(agreed[origin])).Average();
        var size = backTest.Trials.Average(trial => trial.Actual.Average(Math.Abs));
        var naive = backTest.Errors()[0];
        return new(absolute, size > 0 ? absolute / size : null, naive > 0 ? absolute / naive : null, backTest.Trials.Count);
    }

    private static double[] Clamped(double[] forecast, Bounds bounds) => Array.ConvertAll(forecast, bounds.Clamp);
}
