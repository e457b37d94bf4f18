namespace CacheKeeper.Optimization.Advice;

/// <summary>Figures as people read them in advice.</summary>
internal static class AdviceText
{
    /// <summary>A ratio in percent, without its interval.</summary>
    public static string Percent(Estimate? ratio) => ratio is null ? "unknown" : $"{ratio.Value * 100:0.0} %";

    /// <summary>A change of a ratio in points, with its interval: <c>+3.1 points (2.0 to 4.2)</c>.</summary>
    public static string Points(Estimate change) => $"{Signed(change.Value * 100, "0.0")} points ({Number(change.Lower90 * 100, "0.0")} to {Number(change.Upper90 * 100, "0.0")})";

    public static string Signed(double value, string format)
    {
        var text = Number(value, format);
        return text.StartsWith('-') ? text : "+" + text;
    }

    /// <summary>A number whose zero has no sign.</summary>
    public static string Number(double value, string format)
    {
        var text = value.ToString(format);
        return text.All(one => one is '-' or '0' or '.') ? text.TrimStart('-') : text;
    }

    /// <summary><c>15 min</c>, <c>2 h</c>, <c>1.5 d</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0.#} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0.#} min",
        { TotalHours: < 48 } => $"{span.TotalHours:0.#} h",
        _ => $"{span.TotalDays:0.#} d",
    };

    /// <summary><c>12 B</c>, <c>3.4 MB</c>; the sign is the caller's word.</summary>
    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        < 1e3 and var small => $"{small:0} B",
        < 1e6 and var kilo => $"{kilo / 1e3:0.#} kB",
        < 1e9 and var mega => $"{mega / 1e6:0.#} MB",
        var giga => $"{giga / 1e9:0.#} GB",
    };
}
