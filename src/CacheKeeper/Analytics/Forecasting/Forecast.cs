namespace CacheKeeper.Analytics.Forecasting;

/// <summary>A future of one series, or the reason why there is none.</summary>
/// <param name="Points">One for each step ahead; empty without a forecast.</param>
/// <param name="Models">The models that speak in it, the strongest voice first.</param>
/// <param name="Error">What the same procedure would have missed by, from the back-test; null without a forecast.</param>
/// <param name="NotEnoughHistory">Why nothing is forecast; null when something is.</param>
internal sealed record Forecast(IReadOnlyList<ForecastPoint> Points, IReadOnlyList<ForecastVoice> Models, ForecastError? Error, string? NotEnoughHistory)
{
    /// <summary>Whose rest days are reckoned with; null for none.</summary>
    public string? RestDays { get; init; }

    public static Forecast None(string reason) => new([], [], null, reason);
}

/// <summary>What is expected at one step, with the ranges that hold it four times in five and nineteen times in twenty.</summary>
internal readonly record struct ForecastPoint(double Value, double Lower80, double Upper80, double Lower95, double Upper95);

/// <summary>A model in a combination and its share of the voice, 0–1.</summary>
internal sealed record ForecastVoice(string Model, double Share);

/// <summary>The back-test's verdict on a forecast.</summary>
/// <param name="Absolute">Mean absolute error, in the series' unit.</param>
/// <param name="Share">Sum of absolute errors ÷ sum of absolute values (WAPE); null for a series of zeros.</param>
/// <param name="AgainstNaive">Mean absolute error ÷ that of repeating the last season; below 1 is worth having; null where repeating never erred.</param>
/// <param name="Origins">How many past moments it was tried from.</param>
internal sealed record ForecastError(double Absolute, double? Share, double? AgainstNaive, int Origins);
