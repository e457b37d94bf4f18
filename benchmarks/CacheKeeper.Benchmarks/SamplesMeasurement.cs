using System.Diagnostics;
using CacheKeeper.Metrics;
using CacheKeeper.Storage;

namespace CacheKeeper.Benchmarks;

/// <summary>How fast samples go into SQLite, and how fast a day of one series comes back with a year of it stored.</summary>
internal sealed class SamplesMeasurement : IMeasurement
{
    private const int Series = 200;
    private const int PerSeries = 5000;
    private const int Batch = 10_000;
    private const int Reads = 201;
    private static readonly DateTimeOffset Start = new(2025, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name => "samples";

    public string Summary => "a million samples into SQLite; 24 hours of a series out of a year of it";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-samples-");
        try
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(folder.FullName), cancellationToken);
            var samples = new SampleStore(state);
            var rates = new List<double>();
            for (var round = 0; round < 3; round++)
            {
                rates.Add(await IngestAsync(samples, $"p{round}", cancellationToken));
            }

            rates.Sort();
            figures.Add("points a second, median of 3 × one million", rates[1], must: 200_000, note: $"from {rates[0]:N0} to {rates[2]:N0}");
            await ReadAsync(figures, samples, state, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // As they come: every series at one time, then the next time.
    private static async Task<double> IngestAsync(SampleStore samples, string project, CancellationToken cancellationToken)
    {
        var batch = new List<Sample>(Batch);
        var names = Enumerable.Range(0, Series).Select(series => $"series_{series}").ToArray();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < PerSeries; i++)
        {
            foreach (var name in names)
            {
                batch.Add(new Sample(name, Start.AddMinutes(i), i));
            }

            if (batch.Count >= Batch)
            {
                await samples.WriteAsync(project, batch, cancellationToken);
                batch.Clear();
            }
        }

        await samples.WriteAsync(project, batch, cancellationToken);
        return Series * (double)PerSeries / watch.Elapsed.TotalSeconds;
    }

    private static async Task ReadAsync(Figures figures, SampleStore samples, StateStore state, CancellationToken cancellationToken)
    {
        const string Project = "year";
        foreach (var month in Enumerable.Range(0, 12))
        {
            await samples.WriteAsync(Project, [.. Enumerable.Range(0, 96 * 31).SelectMany(i => new[] { new Sample("hit_ratio", Start.AddDays(31 * month).AddMinutes(15 * i), 0.7), new Sample("size", Start.AddDays(31 * month).AddMinutes(15 * i), i) })], cancellationToken);
        }

        await new RollupStore(state).FoldAsync(Project, Start, cancellationToken);
        foreach (var level in new[] { RollupLevel.Raw, RollupLevel.FiveMinutes, RollupLevel.Hour })
        {
            var times = new List<double>();
            for (var read = 0; read < Reads; read++)
            {
                var from = Start.AddDays(1 + (read * 7 % 350));
                var watch = Stopwatch.StartNew();
                var values = await samples.ReadAsync(Project, "hit_ratio", level, from, from.AddDays(1), cancellationToken);
                times.Add(watch.Elapsed.TotalMilliseconds);
                if (values.Count == 0)
                {
                    throw new InvalidOperationException("Nothing was read.");
                }
            }

            times.Sort();
            figures.Add($"ms for 24 h of a series, {level}, median of {Reads}", times[Reads / 2], must: 2, lowerIsBetter: true, note: $"p95 {times[(int)(Reads * 0.95)]:0.00}");
        }
    }
}
