using CacheKeeper.Benchmarks;
using CacheKeeper.Benchmarks.Anomalies;
using CacheKeeper.Benchmarks.Backups;
using CacheKeeper.Benchmarks.Duplicates;
using CacheKeeper.Benchmarks.Scheduler;
using CacheKeeper.Benchmarks.Sweeps;
using CacheKeeper.Benchmarks.Web;

// Every measurement, a line each.
IMeasurement[] all =
[
    new AnomaliesMeasurement(),
    new BackupMeasurement(),
    new BackupGrowthMeasurement(),
    new RestoreMeasurement(),
    new RedisCopyMeasurement(),
    new CleanupValueMeasurement(),
    new CompressionMeasurement(),
    new EvictionMeasurement(),
    new ForecastMeasurement(),
    new MissRatioCurveMeasurement(),
    new SamplesMeasurement(),
    new TtlMeasurement(),
    new DuplicatesMeasurement(),
    new SimilarityJoinMeasurement(),
    new Mem0Measurement(),
    new SchedulerMeasurement(),
    new UpstashFrontMeasurement(),
    new WebMeasurement(),
    new StartMeasurement(),
    new IdleMeasurement(),
    new WindowMeasurement(),
    new ExpiredRowsMeasurement(),
    new HeldSnapshotMeasurement(),
    new RedisSweepMeasurement(),
    new RedisRemovalMeasurement(),
    new RestTierMeasurement(),
    new SweepMemoryMeasurement(),
];

if (args is [RedisReader.Word, var url])
{
    await RedisReader.RunAsync(url);
    return 0;
}

if (args is [ReaderProbe.Word or WaitProbe.Word])
{
    await (args[0] == ReaderProbe.Word ? ReaderProbe.RunAsync() : WaitProbe.RunAsync());
    return 0;
}

var data = Environment.GetEnvironmentVariable("CACHEKEEPER_DATA");
var wanted = all.Where(measurement => args.Length == 0 || args.Contains(measurement.Name)).ToList();
if (wanted.Count == 0)
{
    Console.Error.WriteLine("No such measurement. There are:");
    foreach (var measurement in all)
    {
        Console.Error.WriteLine($"  {measurement.Name,-22}{measurement.Summary}");
    }

    return 2;
}

foreach (var measurement in wanted)
{
    await measurement.RunAsync(new Figures(measurement.Name, data, Console.Out), CancellationToken.None);
}

return 0;
