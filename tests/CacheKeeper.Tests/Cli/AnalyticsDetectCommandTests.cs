using System.Globalization;
using System.IO.Compression;
using CacheKeeper.Cli;

namespace CacheKeeper.Tests.Cli;

public sealed class AnalyticsDetectCommandTests
{
    private const int Spike = 1500;

    [Fact]
    public async Task Each_row_comes_back_with_a_score_and_the_spike_is_marked()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder, "cpu.csv.gz"), Path.Combine(folder, "scored.csv"));
        await using (var writer = new StreamWriter(new GZipStream(File.Create(input), CompressionLevel.Fastest)))
        {
            await writer.WriteLineAsync("host,at,cpu");
            foreach (var row in Enumerable.Range(0, 2000))
            {
                await writer.WriteLineAsync(FormattableString.Invariant($"a,{1_772_409_600 + (row * 300)},{Value(row)}"));
            }
        }

        Assert.Equal(0, await CommandLineHost.RunAsync(["analytics", "detect", input, "--time", "at", "--value", "cpu", "--output", output, "--quiet"]));
        var lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal("timestamp,value,anomaly_score,anomaly", lines[0]);
        Assert.Equal(2001, lines.Length);
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToList();
        Assert.All(rows, row => Assert.InRange(double.Parse(row[2], CultureInfo.InvariantCulture), 0, 1));
        Assert.Contains(Enumerable.Range(Spike, 10), row => rows[row][3] == "1");
    }

    [Fact]
    public async Task Rows_without_a_value_or_a_time_are_kept_as_they_were()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv"));
        await File.WriteAllTextAsync(
            input, "timestamp,value\n2026-03-02 00:00:00,1.50\n2026-03-02 00:05:00,\n2026-03-02 00:05:00,NaN\nyesterday,2\n2026-03-02T00:20:00Z", TestContext.Current.CancellationToken);
        Assert.Equal(0, await CommandLineHost.RunAsync(["analytics", "detect", input, "--output", output, "--quiet"]));
        Assert.Equal(
            ["timestamp,value,anomaly_score,anomaly", "2026-03-02 00:00:00,1.50,0,0", "2026-03-02 00:05:00,,0,0", "2026-03-02 00:05:00,NaN,0,0", "yesterday,2,0,0", "2026-03-02T00:20:00Z,,0,0"],
            await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_empty_file_gives_a_header_alone()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (Path.Combine(folder, "in.csv"), Path.Combine(folder, "out.csv"));
        await File.WriteAllTextAsync(input, "", TestContext.Current.CancellationToken);
        Assert.Equal(0, await CommandLineHost.RunAsync(["analytics", "detect", input, "--output", output, "--quiet"]));
        Assert.Single(await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_column_that_is_not_there_and_a_file_that_is_not_there_are_usage()
    {
        using var folder = new TemporaryFolder();
        var input = Path.Combine(folder, "in.csv");
        await File.WriteAllTextAsync(input, "timestamp,value\n", TestContext.Current.CancellationToken);
        Assert.Equal(2, await CommandLineHost.RunAsync(["analytics", "detect", input, "--value", "cpu"]));
        Assert.Equal(2, await CommandLineHost.RunAsync(["analytics", "detect", Path.Combine(folder, "none.csv")]));
    }

    private static double Value(int row) => row == Spike ? 900 : 50 + (row * 7919 % 13);
}
