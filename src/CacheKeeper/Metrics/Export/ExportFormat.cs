using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Metrics;

/// <summary>How exported samples are written: what stands before, between and after them, and how a line of the file is found again.</summary>
internal abstract record ExportFormat
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ExportFormat? Find(string name) => name switch
    {
        "csv" => new Csv(),
        "json" => new Json(),
        "openmetrics" => new OpenMetrics(),
        _ => null,
    };

    public abstract string Head { get; }

    /// <summary>The lines of one sample, without an end of line.</summary>
    /// <param name="before">The sample written before it; null at the beginning.</param>
    public abstract string Line(string project, Sample sample, Sample? before);

    /// <summary>What ends the file, beginning with the end of the last line.</summary>
    public abstract string Foot { get; }

    /// <summary>The sample a whole line tells; null when it is none.</summary>
    public virtual Sample? Parse(string line) => null;

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal sealed record Csv : ExportFormat
    {
        public override string Head => "series,timestamp,value";
        public override string Foot => "\n";

        public override string Line(string project, Sample sample, Sample? before) => $"\n{Quote(sample.Series)},{UtcTime.Text(sample.At)},{Number(sample.Value)}";

        public override Sample? Parse(string line)
        {
            var last = line.LastIndexOf(',');
            var first = last > 0 ? line.LastIndexOf(',', last - 1) : -1;
            return first > 0 && DateTimeOffset.TryParse(line[(first + 1)..last], CultureInfo.InvariantCulture, out var at) && double.TryParse(line[(last + 1)..], CultureInfo.InvariantCulture, out var value)
                ? new Sample(Unquote(line[..first]), at, value)
                : null;
        }

        private static string Quote(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

        private static string Unquote(string text) => text is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    internal sealed record Json : ExportFormat
    {
        public override string Head => "[";
        public override string Foot => "\n]\n";

        public override string Line(string project, Sample sample, Sample? before) =>
            $"{(before is null ? "" : ",")}\n{{\"series\":{JsonSerializer.Serialize(sample.Series, Readable)},\"timestamp\":\"{UtcTime.Text(sample.At)}\",\"value\":{Number(sample.Value)}}}";

        public override Sample? Parse(string line)
        {
            try
            {
                using var document = JsonDocument.Parse(line.TrimEnd(','));
                var root = document.RootElement;
                return new Sample(root.GetProperty("series").GetString()!, root.GetProperty("timestamp").GetDateTimeOffset(), root.GetProperty("value").GetDouble());
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                return null;
            }
        }
    }

    /// <summary>OpenMetrics 1.0 text with times, as <c>promtool tsdb create-blocks-from openmetrics</c> reads it.</summary>
    internal sealed record OpenMetrics : ExportFormat
    {
        private const double Milliseconds = 1000;

        public override string Head => "";
        public override string Foot => "# EOF\n";

        public override string Line(string project, Sample sample, Sample? before)
        {
            var name = ExposedName.Of(sample.Series);
            var begins = before is not { } last || ExposedName.Of(last.Series).Family != name.Family;
            var head = begins ? $"# TYPE {name.Family} gauge\n# HELP {name.Family} {name.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n" : "";
            return $"{head}{name.Family}{name.Labels(project)} {Number(sample.Value * name.Factor)} {(sample.At.ToUnixTimeMilliseconds() / Milliseconds).ToString("0.000", CultureInfo.InvariantCulture)}\n";
        }
    }
}
