namespace CacheKeeper.Analytics.Forecasting;

/// <summary>One way to forecast: its name and its rule; null where the history is too short for it.</summary>
internal sealed record ForecastModel(string Name, Func<SeriesShape, int, double[]?> Predict);

/// <summary>Every model a forecast may choose from, a line each.</summary>
internal static class ForecastModels
{
    private const double ProfileDecay = 0.8;
    private const int ProfileCycles = 8;
    private const double Ridge = 1e-3;
    private const double Damping = 0.98;
    private const double OutlierBound = 2;

    /// <summary>How near a share may come to 0 or 1 before its odds are held.</summary>
    private const double OddsFloor = 1e-3;

    // Errors are told against the first of them.
    private static readonly ForecastModel[] Plain =
    [
        new("seasonal naive", (shape, horizon) => Naive(shape, horizon, shape.Season)),
        new("weekly naive", (shape, horizon) => Naive(shape, horizon, shape.LongSeason)),
        new("profile", (shape, horizon) => Profile(shape).Repeat(horizon)),
        new("profile and recent level", (shape, horizon) => ProfileAndLevel(shape, horizon, OutlierBound)),
        new("lag regression", (shape, horizon) => LagRegression.Predict(shape, horizon, LagRegression.SeasonalLags(shape), Ridge, robust: false)),
        new("robust lag regression", (shape, horizon) => LagRegression.Predict(shape, horizon, LagRegression.SeasonalLags(shape), Ridge, robust: true)),
        new("Holt-Winters", (shape, horizon) => ExponentialSmoothing.Predict(shape.Values, horizon, shape.Season, Damping)),
        new("weekly exponential smoothing", (shape, horizon) => ExponentialSmoothing.Predict(shape.Values, horizon, shape.LongSeason, damping: 0)),
        new("Theta", (shape, horizon) => ThetaMethod.Predict(shape.Values, horizon, shape.LongSeason)),
        new("robust trend", RobustTrend.Predict),
    ];

    // Those that gain from a scale on which changes are shares.
    private static readonly ForecastModel[] Relative =
    [
        new("profile and recent level", (shape, horizon) => ProfileAndLevel(shape, horizon, double.PositiveInfinity)),
        new("profile and careful level", (shape, horizon) => ProfileAndLevel(shape, horizon, 2 * OutlierBound)),
        new("lag regression", (shape, horizon) => LagRegression.Predict(shape, horizon, LagRegression.SeasonalLags(shape), Ridge, robust: false)),
        new("dense lag regression", (shape, horizon) => LagRegression.Predict(shape, horizon, LagRegression.DenseLags(shape), Ridge, robust: false)),
        new("Holt-Winters", (shape, horizon) => ExponentialSmoothing.Predict(shape.Values, horizon, shape.Season, Damping)),
    ];

    /// <summary>The models for a quantity: on its own scale, and on logarithms (sizes) or log odds (shares) where its bounds allow.</summary>
    public static IReadOnlyList<ForecastModel> For(Bounds bounds) => bounds switch
    {
        { Lower: 0, Upper: 1 } => [.. Plain, .. Relative.Select(model => On(model, "log odds", _ => true, Odds, Share))],
        { Lower: 0 } => [.. Plain, .. Relative.Select(model => On(model, "logarithms", values => values.Min() > 0, Math.Log, Math.Exp))],
        _ => Plain,
    };

    private static double[]? Naive(SeriesShape shape, int horizon, int season)
    {
        if (shape.Count < season)
        {
            return null;
        }

        var forecast = new double[horizon];
        for (var i = 0; i < horizon; i++)
        {
            forecast[i] = shape.Values[shape.Count - season + (i % season)];
        }

        return forecast;
    }

    private static SeasonalProfile Profile(SeriesShape shape) => SeasonalProfile.Of(shape.Values, shape.LongSeason, ProfileCycles, ProfileDecay);

    // The profile plus what is left of the present distance from it, as far as such distances have lasted before.
    private static double[]? ProfileAndLevel(SeriesShape shape, int horizon, double bound)
    {
        var profile = Profile(shape);
        var limit = bound * profile.Noise;
        var residuals = Array.ConvertAll(profile.Residuals, residual => Math.Clamp(residual, -limit, limit));
        var rest = LagRegression.Continue(residuals, horizon, [.. new[] { 1, 2, shape.Season }.Distinct().Order()], Ridge, robust: true);
        return rest is null ? null : [.. profile.Repeat(horizon).Zip(rest, (usual, distance) => usual + distance)];
    }

    private static ForecastModel On(ForecastModel model, string scale, Func<double[], bool> allowed, Func<double, double> there, Func<double, double> back) => new(
        $"{model.Name} on {scale}",
        (shape, horizon) => allowed(shape.Values) && model.Predict(shape.Map(there), horizon) is { } forecast ? Array.ConvertAll(forecast, value => back(value)) : null);

    private static double Odds(double share)
    {
        var held = Math.Clamp(share, OddsFloor, 1 - OddsFloor);
        return Math.Log(held / (1 - held));
    }

    private static double Share(double odds) => 1 / (1 + Math.Exp(-odds));
}
