using System.CommandLine;
using System.Globalization;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Windows;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper analytics windows FILE.csv --length 4h --days 7</c>: the quietest hours of the coming days.</summary>
internal static class AnalyticsWindowsCommand
{
    private static readonly Argument<string?> File = new("FILE") { Description = "CSV with a header and the columns timestamp,value; gzip and '-' are read too (default: our own lookups by the hour)", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Length = new("--length") { Description = "How long a window is, in whole hours, 1h to 24h", DefaultValueFactory = _ => "4h" };
    private static readonly Option<int> Days = new("--days") { Description = "For how many coming days", DefaultValueFactory = _ => 7 };
    private static readonly Option<string> Zone = new("--time-zone") { Description = "Whose days and hours", DefaultValueFactory = _ => "UTC" };
    private static readonly Option<string?> Time = new("--time") { Description = "The column of times (default: timestamp, else the first)" };
    private static readonly Option<string?> Value = new("--value") { Description = "The column of values (default: value, else the second)" };

    public static Command Create()
    {
        var command = new Command("windows", "Names the quietest hours of each of the coming days") { File, Length, Days, Zone, Time, Value };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Windows from any load history by the hour: a file here, our own metrics where no file is named.</summary>
    public static int Tell(TimeGrid load, DateTimeOffset from, ParseResult parsed)
    {
        var found = MaintenanceWindows.Find(load, from, HoursOf(parsed), parsed.GetValue(Days), ZoneOf(parsed), WindowPolicy.Default);
        if (parsed.GetValue(CommonOptions.Json))
        {
            TerminalHost.Json(found.Windows.Select(window => new
            {
                Start = TimeSeriesText.Print(window.Start),
                End = TimeSeriesText.Print(window.End),
                window.ExpectedShare,
                window.Confidence,
            }));
        }
        else
        {
            foreach (var window in found.Windows)
            {
                TerminalHost.Say(string.Create(CultureInfo.InvariantCulture, $"{window.Start:ddd yyyy-MM-dd HH:mm}–{window.End:HH:mm}  confidence {window.Confidence:P0}  {window.Reason}"));
            }
        }

        foreach (var skipped in found.Skipped)
        {
            TerminalHost.Remark(skipped);
        }

        return found.Skipped.Count == 0 ? ExitCode.Done : ExitCode.Degraded;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(File) is { } file)
        {
            return TellOfFile(file, parsed);
        }

        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var load = await LearningInputsHost.LoadAsync(keeper, cancellationToken)
            ?? throw new KeeperException("No lookups were counted yet.", "Windows are learned from collections ('analytics collect', every 15 minutes by the daemon) of some weeks, or from a FILE.", ExitCode.Degraded);
        return Tell(load, keeper.Time.GetUtcNow(), parsed);
    }

    private static int TellOfFile(string file, ParseResult parsed)
    {
        var zone = ZoneOf(parsed);
        using var reader = TextFileStore.OpenRead(file);
        var load = TimeGrid.ByHour(TimeSeriesText.Parse(TextFileStore.Lines(reader), parsed.GetValue(Time), parsed.GetValue(Value)), zone)
            ?? throw KeeperException.Usage("The file holds no times.", "Windows are learned from a history; two weeks are a beginning, eight are enough.");
        return Tell(load, load.End, parsed);
    }

    private static int HoursOf(ParseResult parsed)
    {
        var text = parsed.GetValue(Length)!;
        return Duration.Parse(text) is { TotalHours: >= 1 and <= 24 } length && length.Ticks % TimeSpan.TicksPerHour == 0
            ? (int)length.TotalHours
            : throw KeeperException.Usage($"--length {text} is no window.", "Whole hours from 1h to 24h, such as 4h.");
    }

    private static TimeZoneInfo ZoneOf(ParseResult parsed) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetValue(Zone)!, out var zone)
            ? zone
            : throw KeeperException.Usage($"There is no time zone '{parsed.GetValue(Zone)}'.", "Name it as in Europe/Warsaw or Asia/Kolkata.");
}
