using System.Globalization;
using System.IO.Compression;
using CacheKeeper.Cli;

namespace CacheKeeper.Tests.Cli;

public sealed class AnalyticsForecastCommandTests
{
    [Fact]
    public async Task A_zipped_file_becomes_a_forecast_with_ranges()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder, "load.csv.gz"), Path.Combine(folder, "forecast.csv"));
        await using (var writer = new StreamWriter(new GZipStream(File.Create(input), CompressionLevel.Fastest)))
        {
            await writer.WriteLineAsync("when,requests");
            foreach (var hour in Enumerable.Range(0, 5 * 168))
            {
                await writer.WriteLineAsync(FormattableString.Invariant($"{new DateTime(2026, 1, 5).AddHours(hour):yyyy-MM-dd HH:mm:ss},{Load(hour)}"));
            }
        }

        Assert.Equal(0, await CommandLineHost.RunAsync(["analytics", "forecast", input, "--time", "when", "--value", "requests", "--horizon", "30", "--output", output, "--quiet"]));
        var lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal("timestamp,forecast,lower80,upper80,lower95,upper95", lines[0]);
        Assert.Equal(31, lines.Length);
        Assert.StartsWith("2026-02-09T00:00:00Z,", lines[1], StringComparison.Ordinal);
        Assert.Equal(Load(12), double.Parse(lines[13].Split(',')[1], CultureInfo.InvariantCulture), 1.0);
    }

    [Fact]
    public async Task A_wide_file_keeps_its_ids_and_says_which_series_are_too_short()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder, "wide.csv"), Path.Combine(folder, "forecast.csv"));
        await File.WriteAllLinesAsync(input, ["H1," + string.Join(',', Enumerable.Range(0, 200).Select(Load)), "H2,1,2,3,,,"], TestContext.Current.CancellationToken);
        Assert.Equal(3, await CommandLineHost.RunAsync(["analytics", "forecast", input, "--wide", "--season", "24", "--horizon", "48", "--output", output]));
        var lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal(49, lines[0].Split(',').Length);
        Assert.StartsWith("H1,", lines[0], StringComparison.Ordinal);
        Assert.Equal("H2", lines[1]);
    }

    [Theory]
    [InlineData("--horizon", "0")]
    [InlineData("--bounds", "wide")]
    [InlineData("--holidays", "XX")]
    public async Task Wrong_options_are_usage(string option, string value) =>
        Assert.Equal(2, await CommandLineHost.RunAsync(["analytics", "forecast", "-", option, value]));

    private static double Load(int hour) => 100 + (hour % 24 * 10);
}
