namespace CacheKeeper.Analytics.Forecasting;

/// <summary>How forecasts are made: every number of it in one place.</summary>
internal sealed record ForecastPolicy
{
    public static readonly ForecastPolicy Default = new();

    /// <summary>How many past moments the models are tried from, one short season apart.</summary>
    public int Origins { get; init; } = 21;

    /// <summary>Whole short seasons that must remain known before a back-test may start.</summary>
    public int SeasonsToLearn { get; init; } = 2;

    /// <summary>Whole long seasons needed before the long season is believed.</summary>
    public int LongSeasonsToLearn { get; init; } = 2;

    /// <summary>Values that must be known at all.</summary>
    public int MinimumValues { get; init; } = 12;

    /// <summary>Whole long seasons that models look back on; older ones tell of another time (rest days are looked for in all of them).</summary>
    public int LongSeasonsKept { get; init; } = 16;

    /// <summary>Values that models look back on at least, where seasons are short.</summary>
    public int ValuesKept { get; init; } = 1000;

    /// <summary>Largest share of the history that may be missing.</summary>
    public double MissingShare { get; init; } = 0.5;

    /// <summary>How many of the best models speak in the combination.</summary>
    public int Combined { get; init; } = 7;

    /// <summary>A model's voice is (best error ÷ its error) to this power.</summary>
    public double VoicePower { get; init; } = 6;

    /// <summary>How much wider than the back-test's misses the 80 % range is made: a past of few weeks has not seen everything.</summary>
    public double Caution80 { get; init; } = 1.1;

    /// <summary>The same for the 95 % range, whose edge rests on fewer misses.</summary>
    public double Caution95 { get; init; } = 1.25;
}

/// <summary>What values a quantity can have at all; null for no limit.</summary>
internal readonly record struct Bounds(double? Lower, double? Upper)
{
    public static readonly Bounds None = new(null, null);

    /// <summary>Sizes, counts, durations, money.</summary>
    public static readonly Bounds Size = new(0, null);

    /// <summary>Hit ratios and other shares.</summary>
    public static readonly Bounds Ratio = new(0, 1);

    public double Clamp(double value) => Math.Min(Math.Max(value, Lower ?? double.NegativeInfinity), Upper ?? double.PositiveInfinity);
}
