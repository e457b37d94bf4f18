namespace CacheKeeper.Analytics.Forecasting;

/// <summary>A gap-free history with its seasons: what every forecasting model is given.</summary>
/// <param name="Values">Equally spaced, oldest first, all finite.</param>
/// <param name="Season">Steps of the short season (24 for hours of a day); 1 when there is none.</param>
/// <param name="LongSeason">Steps of the long season (168 for hours of a week); equals <paramref name="Season"/> when there is none or too little history for one.</param>
internal sealed record SeriesShape(double[] Values, int Season, int LongSeason)
{
    public int Count => Values.Length;

    /// <summary>The history without its last <paramref name="steps"/> values: what was known then.</summary>
    public SeriesShape Before(int steps) => this with { Values = Values[..^steps] };

    /// <summary>The last <paramref name="steps"/> values, or all where there are fewer.</summary>
    public SeriesShape Last(int steps) => Count <= steps ? this : this with { Values = Values[^steps..] };

    /// <summary>The same seasons over other values.</summary>
    public SeriesShape Map(Func<double, double> change) => this with { Values = Array.ConvertAll(Values, value => change(value)) };
}
