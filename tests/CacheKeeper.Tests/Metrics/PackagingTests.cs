using System.Diagnostics;
using System.Text.RegularExpressions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Metrics;

/// <summary>The shipped dashboard and rules name only what the keeper exposes, and Prometheus takes the rules.</summary>
public sealed partial class PackagingTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "packaging");

    [Theory]
    [InlineData("grafana-dashboard.json")]
    [InlineData("prometheus-rules.yml")]
    public void Every_metric_named_is_one_that_is_exposed(string file)
    {
        var exposed = MetricCatalogue.Keeper.All.Where(metric => metric.IsStored).Select(metric => ExposedName.Of(metric.Name).Family).Concat(MeterService.Own.Keys).ToHashSet();
        var named = Name().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(match => match.Value).Distinct().ToList();
        Assert.True(named.Count > 5);
        Assert.Empty(named.Except(exposed));
    }

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        await CheckAsync(["check", "rules", Path.Combine(Folder, "prometheus-rules.yml")]);
    }

    [Fact]
    public async Task Prometheus_takes_an_exported_file()
    {
        var format = ExportFormat.Find("openmetrics")!;
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder, "samples.txt");
        var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        Sample[] samples = [new("hit_ratio", at, 0.5), new("hit_ratio", at.AddMinutes(15), 0.6), new("hit_ratio:a\"b", at, 0.7), new("mem0_size", at, 10), new("upstash_size", at, 20)];
        var text = format.Head;
        for (var i = 0; i < samples.Length; i++)
        {
            text += format.Line("p", samples[i], i == 0 ? null : samples[i - 1]);
        }

        await File.WriteAllTextAsync(file, text + format.Foot, TestContext.Current.CancellationToken);
        await CheckAsync(["tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(folder, "blocks")]);
    }

    private static async Task CheckAsync(string[] arguments)
    {
        var tool = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(tool is null, "promtool is not installed (apt-get install prometheus).");
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await said + complained);
    }

    [GeneratedRegex("cachekeeper_[a-z0-9_]+")]
    private static partial Regex Name();
}
