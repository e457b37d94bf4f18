using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Forecasting;

/// <summary>What is known of a series: equally spaced values, NaN where nothing is known.</summary>
/// <param name="Values">Oldest first.</param>
/// <param name="Season">Steps of the short season; 1 for none.</param>
/// <param name="LongSeason">Steps of the long season; null for none.</param>
/// <param name="Bounds">What values the quantity can have.</param>
/// <param name="Interventions">Our own cleanups and the like: what they changed is no trend.</param>
internal sealed record SeriesHistory(double[] Values, int Season, int? LongSeason, Bounds Bounds, IReadOnlyList<StepRange> Interventions)
{
    /// <summary>Days that may be unlike their weekday; the first of these whose days hold is reckoned with.</summary>
    public IReadOnlyList<RestDays> RestDays { get; init; } = [];

    /// <summary>An unmarked history of hours, days or whatever <paramref name="season"/> counts.</summary>
    public static SeriesHistory Of(double[] values, int season, Bounds bounds) => new(values, season, Seasons.LongOf(season), bounds, []);
}

/// <summary>An intervention on the steps of a history: <paramref name="From"/> (included) to <paramref name="To"/> (excluded).</summary>
internal readonly record struct StepRange(int From, int To)
{
    /// <summary>The steps that an intervention touches in a history that begins at <paramref name="first"/>; one that lasts reaches to its end.</summary>
    public static StepRange Of(Intervention intervention, DateTimeOffset first, TimeSpan step, int count) => new(
        Math.Clamp((int)Math.Floor((intervention.From - first) / step), 0, count),
        intervention.Until is { } until ? Math.Clamp((int)Math.Floor((until - first) / step) + 1, 0, count) : count);
}
