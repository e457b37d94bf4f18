using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>Reads the labelled series of the shared data folder and lets a detector score every row.</summary>
internal static class NabCorpus
{
    public static IReadOnlyList<NabPoints> Read(string folder)
    {
        var labels = JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllText(Path.Combine(folder, "labels", "combined_windows.json")))!;
        return [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => ReadSeries(Path.Combine(folder, "data", label.Key + ".gz"), label.Key, label.Value))];
    }

    public static NabSeries Score(NabPoints points, AnomalyPolicy policy)
    {
        var detector = new AnomalyDetector(policy);
        return new NabSeries(points.Name, points.Windows, [.. points.Points.Select(point => detector.Observe(point.Time, point.Value).Score)]);
    }

    private static NabPoints ReadSeries(string path, string name, string[][] windows)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var points = new List<(DateTimeOffset Time, double Value)>();
        while (reader.ReadLine() is { } line)
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            points.Add((Time(line[..comma]), double.Parse(line[(comma + 1)..], CultureInfo.InvariantCulture)));
        }

        var rows = points.Select((point, row) => (point.Time, row)).GroupBy(point => point.Time).ToDictionary(group => group.Key, group => group.First().row);
        return new NabPoints(name, points, [.. windows.Select(window => new NabWindow(rows[Time(window[0])], rows[Time(window[1])]))]);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>One series as it was measured, with its labelled windows.</summary>
internal sealed record NabPoints(string Name, IReadOnlyList<(DateTimeOffset Time, double Value)> Points, IReadOnlyList<NabWindow> Windows);
