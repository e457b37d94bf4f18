using System.Globalization;
using System.Text;
using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Reports;

/// <summary>A series as an inline SVG: what was measured as a line, what is expected as a dashed one in its 95 % range.</summary>
internal static class SvgChart
{
    private const double Width = 640;
    private const double Height = 210;
    private const double Left = 84;
    private const double Right = 10;
    private const double Top = 10;
    private const double Bottom = 28;
    private const int Lines = 4;

    /// <summary>Gaps of more than this many usual steps are left open.</summary>
    private const double GapSteps = 3;

    public static string Of(ReportSeries series, string currency)
    {
        var forecast = series.Forecast.Select((point, step) => (At: series.ForecastFrom!.Value.AddHours(step), Point: point)).ToList();
        var values = series.Points.Select(point => point.Value).Concat(forecast.SelectMany(item => new[] { item.Point.Lower95, item.Point.Upper95 })).ToList();
        var (low, high) = Range(values, series.Unit);
        var from = series.Points[0].At;
        var to = forecast.Count > 0 ? forecast[^1].At : series.Points[^1].At;
        var frame = new Frame(from, to > from ? to : from.AddHours(1), low, high);
        var svg = new StringBuilder();
        svg.Append(Invariant($"""<svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Escape(series.Title)}">"""));
        Grid(svg, frame, series.Unit, currency);
        if (forecast.Count > 0)
        {
            var above = string.Join(' ', forecast.Select(item => frame.At(item.At, item.Point.Upper95)));
            var below = string.Join(' ', Enumerable.Reverse(forecast).Select(item => frame.At(item.At, item.Point.Lower95)));
            svg.Append($"""<polygon class="range" points="{above} {below}"/><polyline class="expected" points="{string.Join(' ', forecast.Select(item => frame.At(item.At, item.Point.Value)))}"/>""");
        }

        foreach (var piece in Pieces(series.Points))
        {
            svg.Append(piece.Count == 1
                ? Invariant($"""<circle class="measured" r="1.5" cx="{frame.X(piece[0].At):0.#}" cy="{frame.Y(piece[0].Value):0.#}"/>""")
                : $"""<polyline class="measured" points="{string.Join(' ', piece.Select(point => frame.At(point.At, point.Value)))}"/>""");
        }

        return svg.Append("</svg>").ToString();
    }

    // Shares are drawn whole where they vary much, else as they vary; sizes and counts from zero where that hides nothing.
    private static (double Low, double High) Range(List<double> values, MetricUnit unit)
    {
        var (low, high) = (values.Min(), values.Max());
        if (unit == MetricUnit.Ratio)
        {
            var room = Math.Max(0.02, (high - low) * 0.15);
            return (Math.Max(0, low - room), Math.Min(1, high + room));
        }

        low = low > 0 && low > 0.6 * high ? low - ((high - low) * 0.15) : Math.Min(0, low);
        return (Math.Max(0, low), high > low ? high + ((high - low) * 0.08) : low + 1);
    }

    private static void Grid(StringBuilder svg, Frame frame, MetricUnit unit, string currency)
    {
        for (var line = 0; line <= Lines; line++)
        {
            var value = frame.Low + ((frame.High - frame.Low) * line / Lines);
            svg.Append(Invariant($"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{frame.Y(value):0.#}" y2="{frame.Y(value):0.#}"/><text x="{Left - 6}" y="{frame.Y(value) + 5:0.#}" text-anchor="end">{Escape(Label(value, unit, currency))}</text>"""));
        }

        var days = (frame.To - frame.From).TotalDays;
        var step = days switch { <= 2 => TimeSpan.FromHours(6), <= 9 => TimeSpan.FromDays(1), <= 20 => TimeSpan.FromDays(2), _ => TimeSpan.FromDays(7) };
        var form = days <= 2 ? "HH:mm" : "d MMM";
        for (var tick = new DateTimeOffset(frame.From.UtcDateTime.Date, TimeSpan.Zero).AddDays(step >= TimeSpan.FromDays(1) ? 1 : 0); tick <= frame.To; tick += step)
        {
            if (tick >= frame.From && frame.X(tick) < Width - Right - 20)
            {
                svg.Append(Invariant($"""<text x="{frame.X(tick):0.#}" y="{Height - 6}" text-anchor="middle">{tick.UtcDateTime.ToString(form, CultureInfo.InvariantCulture)}</text>"""));
            }
        }
    }

    private static string Label(double value, MetricUnit unit, string currency) => unit switch
    {
        MetricUnit.Ratio => Figure.Percent(value, "0"),
        MetricUnit.PerHour => Figure.Count(value),
        _ => Figure.Of(value, unit, currency),
    };

    private static IEnumerable<List<TimedValue>> Pieces(IReadOnlyList<TimedValue> points)
    {
        var usual = points.Count > 1 ? points.Zip(points.Skip(1), (one, next) => next.At - one.At).Order().ElementAt((points.Count - 1) / 2) : TimeSpan.Zero;
        var piece = new List<TimedValue>();
        foreach (var point in points)
        {
            if (piece.Count > 0 && point.At - piece[^1].At > GapSteps * usual)
            {
                yield return piece;
                piece = [];
            }

            piece.Add(point);
        }

        yield return piece;
    }

    private static string Escape(string text) => Markup.Escape(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Frame(DateTimeOffset From, DateTimeOffset To, double Low, double High)
    {
        public double X(DateTimeOffset at) => Left + ((Width - Left - Right) * ((at - From) / (To - From)));

        public double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - Low) / (High - Low));

        public string At(DateTimeOffset at, double value) => Invariant($"{X(at):0.#},{Y(value):0.#}");
    }
}
