using System.CommandLine;
using System.Globalization;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Cli;

/// <summary><c>analytics detect FILE</c>: the detector of the daemon on any CSV file, one row in, one row out, never looking ahead.</summary>
internal static class AnalyticsDetectCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "CSV with a time and a value a row; gzip and '-' are read too" };
    private static readonly Option<string?> Time = new("--time") { Description = "The column of times (default: timestamp, else the first)" };
    private static readonly Option<string?> Value = new("--value") { Description = "The column of values (default: value, else the second)" };
    private static readonly Option<string> Output = new("--output") { Description = "Where to write timestamp,value,anomaly_score,anomaly", DefaultValueFactory = _ => "-" };

    public static Command Create()
    {
        var command = new Command("detect", "Marks what is unusual in a series, row by row") { File, Time, Value, Output };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = parsed.GetRequiredValue(Output);
        using var reader = TextFileStore.OpenRead(parsed.GetRequiredValue(File));
        var first = await reader.ReadLineAsync(cancellationToken) ?? "timestamp,value";
        var columns = SeriesColumns.Find(first, parsed.GetValue(Time), parsed.GetValue(Value))
            ?? throw KeeperException.Usage($"The file has no such column; it has: {first}", "Name the columns with --time and --value.");
        await using var writer = TextFileStore.OpenWrite(output);
        var (rows, anomalies) = await DetectAsync(reader, columns.HasHeader ? null : first, columns, writer, cancellationToken);
        if (parsed.GetValue(CommonOptions.Json) && output != "-")
        {
            TerminalHost.Json(new { Rows = rows, Anomalies = anomalies, Output = output });
        }
        else if (!parsed.GetValue(CommonOptions.Quiet))
        {
            TerminalHost.Remark(string.Create(CultureInfo.InvariantCulture, $"{anomalies} anomalies in {rows} rows."));
        }

        return ExitCode.Done;
    }

    private static async Task<(int Rows, int Anomalies)> DetectAsync(
        TextReader reader, string? line, SeriesColumns columns, TextWriter writer, CancellationToken cancellationToken)
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        var (rows, anomalies, lastTime) = (0, 0, DateTimeOffset.UnixEpoch);
        await writer.WriteLineAsync("timestamp,value,anomaly_score,anomaly");
        line ??= await reader.ReadLineAsync(cancellationToken);
        for (; line is not null; line = await reader.ReadLineAsync(cancellationToken))
        {
            if (line.Length == 0)
            {
                continue;
            }

            var (time, value) = columns.Read(line);
            lastTime = TimeText.Parse(time) ?? lastTime;
            var reading = detector.Observe(lastTime, SeriesColumns.ParseValue(value));
            await writer.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{CsvLine.Quote(time)},{CsvLine.Quote(value)},{reading.Score:0.######},{(reading.IsAnomaly ? 1 : 0)}"));
            rows++;
            anomalies += reading.IsAnomaly ? 1 : 0;
        }

        return (rows, anomalies);
    }
}
