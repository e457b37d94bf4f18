using System.CommandLine;
using System.Globalization;
using System.Text;
using CacheKeeper.Metrics;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>analytics export</c>: samples as CSV, JSON or OpenMetrics, streamed; an export that was cut off goes on where it ended.</summary>
internal static class AnalyticsExportCommand
{
    private static readonly Option<string> Format = new("--format") { Description = "csv, json or openmetrics", DefaultValueFactory = _ => "csv" };
    private static readonly Option<string[]> Series = new("--series") { Description = "A series' name, with * and ?; repeatable (default: all)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> From = new("--from") { Description = "A time, or how long ago: 2026-11-01T00:00Z, 7d", DefaultValueFactory = _ => "1d" };
    private static readonly Option<string?> To = new("--to") { Description = "The same; the end is not included (default: now)" };
    private static readonly Option<string> Level = new("--level") { Description = "raw, 5m, hour, day, or auto: the finest that still holds the beginning", DefaultValueFactory = _ => "auto" };
    private static readonly Option<string> Output = new("--output") { Description = "A file; '-' is standard output", DefaultValueFactory = _ => "-" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on after the last whole line of the file (csv, json)" };

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong("csv", "json", "openmetrics");
        Level.AcceptOnlyFromAmong("auto", "raw", "5m", "hour", "day");
        var command = new Command("export", "Writes what was measured as CSV, JSON or OpenMetrics") { Format, Series, From, To, Level, Output, Resume };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var from = Time(parsed.GetValue(From)!, now, "--from");
        var to = parsed.GetValue(To) is { } text ? Time(text, now, "--to") : now.AddMilliseconds(1);
        if (from >= to)
        {
            throw KeeperException.Usage("--from is not before --to.");
        }

        var format = ExportFormat.Find(SessionHost.Json(parsed) ? "json" : parsed.GetValue(Format)!)!;
        var path = parsed.GetValue(Output)!;
        var after = parsed.GetValue(Resume) ? Tail(path, format) : null;
        var question = new ExportQuestion(keeper.Project, parsed.GetValue(Series) ?? [], LevelOf(parsed, from, now, keeper.Settings.Metrics.Retention), from, to, after);
        await using var writer = Writer(path, after is not null);
        var count = await WriteAsync(new SampleExportService(keeper.State), format, question, writer, cancellationToken);
        if (path != "-" && !SessionHost.Quiet(parsed))
        {
            TerminalHost.Remark($"{count.ToString("N0", CultureInfo.InvariantCulture)} samples written to {path}{(after is null ? "" : $", after {after.Value.Series} at {UtcTime.Text(after.Value.At)}")}.");
        }

        return ExitCode.Done;
    }

    private static async Task<long> WriteAsync(SampleExportService export, ExportFormat format, ExportQuestion question, TextWriter writer, CancellationToken cancellationToken)
    {
        long count = 0;
        var before = question.After;
        if (before is null)
        {
            await writer.WriteAsync(format.Head);
        }

        await foreach (var sample in export.StreamAsync(question, cancellationToken))
        {
            await writer.WriteAsync(format.Line(question.Project, sample, before));
            before = sample;
            count++;
        }

        await writer.WriteAsync(format.Foot);
        return count;
    }

    // What follows the last whole line was cut off in the middle: it goes, and the export goes on there.
    private static Sample? Tail(string path, ExportFormat format)
    {
        if (path == "-" || format is ExportFormat.OpenMetrics)
        {
            throw KeeperException.Usage("--resume goes with --output FILE and csv or json.", "An OpenMetrics file is one document: export it again.");
        }

        if (!System.IO.File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        Sample? last = null;
        long end = 0, position = 0;
        using var reader = new StreamReader(file, new UTF8Encoding(false), false, 1 << 16, leaveOpen: true);
        foreach (var line in TextFileStore.Lines(reader))
        {
            position += Encoding.UTF8.GetByteCount(line) + 1;
            if (format.Parse(line) is { } sample && position <= file.Length)
            {
                (last, end) = (sample, position - 1 - (line.EndsWith(',') && format is ExportFormat.Json ? 1 : 0));
            }
        }

        file.SetLength(end);
        return last;
    }

    private static StreamWriter Writer(string path, bool append)
    {
        try
        {
            var stream = path == "-" ? Console.OpenStandardOutput() : new FileStream(path, append ? FileMode.Append : FileMode.Create, FileAccess.Write);
            return new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeeperException.Usage($"Cannot write {path}: {e.Message}", "Check that the folder exists and may be written.");
        }
    }

    private static RollupLevel LevelOf(ParseResult parsed, DateTimeOffset from, DateTimeOffset now, RetentionPolicy retention) => parsed.GetValue(Level) switch
    {
        "raw" => RollupLevel.Raw,
        "5m" => RollupLevel.FiveMinutes,
        "hour" => RollupLevel.Hour,
        "day" => RollupLevel.Day,
        _ => retention.Finest(from, now),
    };

    private static DateTimeOffset Time(string text, DateTimeOffset now, string option) =>
        Duration.Parse(text) is { } ago ? now - ago
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw KeeperException.Usage($"{option} {text} is no time.", "Write 2026-11-01T00:00Z, or how long ago: 12h, 7d.");
}
