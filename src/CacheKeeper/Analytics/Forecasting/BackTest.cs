namespace CacheKeeper.Analytics.Forecasting;

/// <summary>What each model would have forecast at earlier moments, beside what came.</summary>
/// <param name="Models">The models that could speak now and at every origin.</param>
/// <param name="Futures">What each of <paramref name="Models"/> forecasts from the end of the history.</param>
/// <param name="Trials">One for each origin, the latest first.</param>
internal sealed record BackTest(IReadOnlyList<ForecastModel> Models, IReadOnlyList<double[]> Futures, IReadOnlyList<Trial> Trials)
{
    /// <summary>Runs all models over <paramref name="horizon"/> from the end, and over <paramref name="tried"/> steps from <paramref name="origins"/> earlier moments.</summary>
    public static BackTest Run(SeriesShape shape, IReadOnlyList<ForecastModel> models, int horizon, int tried, int origins)
    {
        var trials = new List<(double[] Actual, double[]?[] Forecasts)>();
        for (var origin = 0; origin < origins; origin++)
        {
            var cut = tried + (origin * shape.Season);
            var past = shape.Before(cut);
            var actual = shape.Values.AsSpan(shape.Count - cut, tried).ToArray();
            trials.Add((actual, [.. models.Select(model => Usable(model.Predict(past, tried)))]));
        }

        var futures = models.Select(model => Usable(model.Predict(shape, horizon))).ToArray();
        var able = Enumerable.Range(0, models.Count).Where(i => futures[i] is not null && trials.All(trial => trial.Forecasts[i] is not null)).ToArray();
        return new(
            [.. able.Select(i => models[i])],
            [.. able.Select(i => futures[i]!)],
            [.. trials.Select(trial => new Trial(trial.Actual, [.. able.Select(i => trial.Forecasts[i]!)]))]);
    }

    /// <summary>Mean absolute error of each model over all trials and steps.</summary>
    public double[] Errors() => [.. Enumerable.Range(0, Models.Count).Select(model => Trials.Average(trial => trial.Error(trial.Forecasts[model])))];

    private static double[]? Usable(double[]? forecast) => forecast is not null && forecast.All(double.IsFinite) ? forecast : null;
}

/// <summary>One origin: what came, and what each model had said.</summary>
internal sealed record Trial(double[] Actual, IReadOnlyList<double[]> Forecasts)
{
    public double Error(double[] forecast)
    {
        var sum = 0.0;
        for (var i = 0; i < Actual.Length; i++)
        {
            sum += Math.Abs(Actual[i] - forecast[i]);
        }

        return sum / Actual.Length;
    }
}
