using System.Globalization;

namespace CacheKeeper.Analytics;

/// <summary>Reads a time as people and programs write it: ISO 8601, "yyyy-MM-dd HH:mm:ss" (taken as UTC), or unix seconds, milliseconds or microseconds.</summary>
internal static class TimeText
{
    // Unix times from 1973 to 5138 have a size that tells their unit.
    private const double MostSeconds = 1e11;
    private const double MostMilliseconds = 1e14;
    private const double MostMicroseconds = 1e17;

    /// <summary>Null where the text is no time.</summary>
    public static DateTimeOffset? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? FromUnix(number)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : null;

    private static DateTimeOffset? FromUnix(double number) => Math.Abs(number) switch
    {
        < MostSeconds => DateTimeOffset.UnixEpoch.AddSeconds(number),
        < MostMilliseconds => DateTimeOffset.UnixEpoch.AddMilliseconds(number),
        < MostMicroseconds => DateTimeOffset.UnixEpoch.AddMicroseconds(number),
        _ => null,
    };
}
