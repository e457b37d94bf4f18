using System.CommandLine;
using System.Globalization;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Forecasting;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper analytics forecast FILE.csv --horizon N --output OUT.csv</c>: the keeper's own forecasts, on any file.</summary>
internal static class AnalyticsForecastCommand
{
    private const string Header = "timestamp,forecast,lower80,upper80,lower95,upper95";

    private static readonly Argument<string> File = new("FILE") { Description = "CSV with a header and the columns timestamp,value; gzip and '-' are read too" };
    private static readonly Option<int> Horizon = new("--horizon") { Description = "How many steps ahead", DefaultValueFactory = _ => 168 };
    private static readonly Option<string?> Output = new("--output") { Description = "Where the forecast goes (default '-', standard output)" };
    private static readonly Option<bool> Wide = new("--wide") { Description = "The file holds many series, one a line without header: id,v1,v2,…; the result too: id,f1,f2,…" };
    private static readonly Option<int?> Season = new("--season") { Description = "Steps of a season (default: a day, by the times of the file; 24 with --wide)" };
    private static readonly Option<string?> Time = new("--time") { Description = "The column of times (default: timestamp, else the first)" };
    private static readonly Option<string?> Value = new("--value") { Description = "The column of values (default: value, else the second)" };
    private static readonly Option<string> Kind = new("--bounds") { Description = "What the values can be: size (never below 0), ratio (0 to 1), none; auto is size unless a value is negative", DefaultValueFactory = _ => "auto" };
    private static readonly Option<double?> Limit = new("--limit") { Description = "Also say when this value is met" };

    private static readonly Option<string> Holidays = new("--holidays")
    {
        Description = "Whose rest days to reckon with, by country code; auto finds out from the history, none reckons with none",
        DefaultValueFactory = _ => "auto",
    };

    public static Command Create()
    {
        Holidays.AcceptOnlyFromAmong(["auto", "none", .. HolidayCalendar.Countries.Keys]);
        Kind.AcceptOnlyFromAmong("auto", "none", "size", "ratio");
        var command = new Command("forecast", "Forecasts a series of a file, with 80 % and 95 % ranges and its own back-test error")
        {
            File, Horizon, Output, Wide, Season, Time, Value, Kind, Limit, Holidays,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Horizon) < 1 || parsed.GetValue(Season) < 1)
        {
            throw KeeperException.Usage("--horizon and --season count steps: at least 1.");
        }

        using var reader = TextFileStore.OpenRead(parsed.GetRequiredValue(File));
        return parsed.GetValue(Wide) ? ForecastMany(parsed, reader) : ForecastOne(parsed, reader);
    }

    private static int ForecastMany(ParseResult parsed, TextReader reader)
    {
        using var writer = TextFileStore.OpenWrite(parsed.GetValue(Output) ?? "-");
        var code = ExitCode.Done;
        foreach (var (id, values) in TextFileStore.Lines(reader).Where(line => line.Length > 0).Select(TimeSeriesText.ParseWide))
        {
            var forecast = Predict(parsed, values, parsed.GetValue(Season) ?? 24);
            if (forecast.NotEnoughHistory is { } reason)
            {
                TerminalHost.Remark($"{id}: {reason}");
                code = ExitCode.Degraded;
            }

            writer.WriteLine(string.Join(',', [CsvLine.Quote(id), .. forecast.Points.Select(point => Number(point.Value))]));
        }

        return code;
    }

    private static int ForecastOne(ParseResult parsed, TextReader reader)
    {
        var grid = TimeGrid.Of(TimeSeriesText.Parse(TextFileStore.Lines(reader), parsed.GetValue(Time), parsed.GetValue(Value)))
            ?? throw KeeperException.Usage("The file holds fewer than two times.", "A forecast needs a history; see 'cachekeeper analytics forecast --help'.");
        var forecast = Predict(parsed, grid.Values, parsed.GetValue(Season) ?? Seasons.Of(grid.Step), grid);
        var json = parsed.GetValue(CommonOptions.Json);
        if (parsed.GetValue(Output) is not null || !json)
        {
            Write(parsed.GetValue(Output) ?? "-", grid, forecast);
        }

        var limit = parsed.GetValue(Limit) is { } level ? LimitForecast.Of(forecast, level, grid.End, grid.Step) : null;
        Tell(parsed, grid, forecast, limit, json);
        return forecast.NotEnoughHistory is null ? ExitCode.Done : ExitCode.Degraded;
    }

    private static Forecast Predict(ParseResult parsed, double[] values, int season, TimeGrid? grid = null)
    {
        var bounds = parsed.GetValue(Kind) switch
        {
            "none" => Bounds.None,
            "ratio" => Bounds.Ratio,
            "size" => Bounds.Size,
            _ => values.Any(value => value < 0) ? Bounds.None : Bounds.Size,
        };
        var horizon = parsed.GetValue(Horizon);
        return Forecaster.Predict(SeriesHistory.Of(values, season, bounds) with { RestDays = RestDaysOf(parsed, grid, horizon) }, horizon, ForecastPolicy.Default);
    }

    // Many series of one file have no times, so no days of a calendar.
    private static IReadOnlyList<RestDays> RestDaysOf(ParseResult parsed, TimeGrid? grid, int horizon) => parsed.GetRequiredValue(Holidays) switch
    {
        _ when grid is null => [],
        "none" => [],
        "auto" => RestDays.Guessed(grid, horizon),
        var country => [RestDays.Of(country, grid, horizon, declared: true)],
    };

    private static void Write(string path, TimeGrid grid, Forecast forecast)
    {
        using var writer = TextFileStore.OpenWrite(path);
        writer.WriteLine(Header);
        foreach (var (step, point) in forecast.Points.Index())
        {
            double[] numbers = [point.Value, point.Lower80, point.Upper80, point.Lower95, point.Upper95];
            writer.WriteLine($"{TimeSeriesText.Print(grid.At(grid.Values.Length + step))},{string.Join(',', numbers.Select(Number))}");
        }
    }

    private static void Tell(ParseResult parsed, TimeGrid grid, Forecast forecast, LimitForecast? limit, bool json)
    {
        if (json)
        {
            var points = forecast.Points.Select((point, step) => new
            {
                Timestamp = TimeSeriesText.Print(grid.At(grid.Values.Length + step)),
                Forecast = point.Value,
                point.Lower80,
                point.Upper80,
                point.Lower95,
                point.Upper95,
            });
            TerminalHost.Json(new { forecast.NotEnoughHistory, forecast.Models, forecast.Error, forecast.RestDays, Limit = limit, Points = points });
        }
        else if (!parsed.GetValue(CommonOptions.Quiet))
        {
            TerminalHost.Remark(ForecastText.Sentence(forecast, limit));
        }
    }

    private static string Number(double value) => value.ToString("G10", CultureInfo.InvariantCulture);
}
