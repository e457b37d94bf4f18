using System.Globalization;
using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Reports;

/// <summary>Numbers as people read them; unknown is a dash.</summary>
internal static class Figure
{
    public const string Unknown = "–";

    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Percent(double? share, string form = "0.0") => share is { } known ? Text(known * 100, form) + " %" : Unknown;

    public static string Count(double? count) => count is { } known ? Text(known, "#,0") : Unknown;

    public static string Money(double? amount, string currency) => amount is { } known ? $"{Text(known, Math.Abs(known) switch { < 1 and > 0 => "0.0000", < 10 => "0.00", _ => "#,0" })} {currency}" : Unknown;

    public static string Milliseconds(double? time) => time is { } known ? known < 1000 ? Text(known, known < 10 ? "0.0" : "0") + " ms" : Text(known / 1000, "0.0") + " s" : Unknown;

    public static string Bytes(double? bytes)
    {
        if (bytes is not { } size)
        {
            return Unknown;
        }

        var step = 0;
        while (Math.Abs(size) >= 1024 && step < Sizes.Length - 1)
        {
            size /= 1024;
            step++;
        }

        return $"{Text(size, step == 0 ? "0" : "0.0")} {Sizes[step]}";
    }

    public static string Of(double? value, MetricUnit unit, string currency = "") => unit switch
    {
        MetricUnit.Ratio => Percent(value),
        MetricUnit.Bytes => Bytes(value),
        MetricUnit.Milliseconds => Milliseconds(value),
        MetricUnit.PerHour => value is null ? Unknown : Count(value) + "/h",
        MetricUnit.Money => Money(value, currency),
        _ => Count(value),
    };

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Text(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);
}
