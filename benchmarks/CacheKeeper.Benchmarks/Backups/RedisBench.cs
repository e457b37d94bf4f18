using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Sandbox;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using StackExchange.Redis;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>P12: copying Redis out beside a raw pipelined DUMP loop, and what a reader feels of each.</summary>
internal static class RedisBench
{
    private const int Keys = 50_000;
    private const int Batch = 1000;
    private const int Rounds = 3;

    public static async Task RunAsync(Figures figures, SandboxHost host, BackupBench place, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        await using var prober = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        var redis = connection.GetDatabase();
        foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
        {
            await Task.WhenAll(part.Select(i => redis.StringSetAsync($"{BackupBench.Project}:payments:{i}", string.Concat(Enumerable.Repeat($"refund {i} ", 40)), TimeSpan.FromHours(3))));
        }

        var settings = new RedisSettings { RedisUrl = new Secret { Text = host.Redis.Url }, KeyPrefix = BackupBench.Project + ":" };
        await using var tier = new RedisTier(new RespClient(host.Redis.Url, settings.Timeout), settings, BackupBench.Project, null, TimeProvider.System);
        var copy = new RedisCopyTier(tier, BackupBench.Project, TimeSpan.Zero, TimeProvider.System);
        var (ours, raw, ourTail, rawTail) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var (rate, tail) = await UnderReaderAsync(prober.GetDatabase(), async () =>
            {
                var lines = 0;
                await foreach (var block in copy.ExportAsync(new TierScope(BackupBench.Project), new CopyFacts(), cancellationToken))
                {
                    lines += block.Span.Count((byte)'\n');
                }

                return lines;
            });
            ours.Add(rate);
            ourTail.Add(tail);
            (rate, tail) = await UnderReaderAsync(prober.GetDatabase(), async () =>
            {
                var dumped = 0;
                foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
                {
                    dumped += (await Task.WhenAll(part.Select(i => redis.KeyDumpAsync($"{BackupBench.Project}:payments:{i}")))).Count(dump => dump is not null);
                }

                return dumped;
            });
            raw.Add(rate);
            rawTail.Add(tail);
        }

        string Both(List<double> one, List<double> two, string unit) => string.Create(CultureInfo.InvariantCulture, $"ours {one.Min():0.##}-{one.Max():0.##} {unit}, raw {two.Min():0.##}-{two.Max():0.##} {unit}; {Keys} keys, {Rounds} rounds");
        figures.Add("P12 Redis copy beside a raw DUMP loop", Middle(ours) / Middle(raw), must: 0.8, note: Both(ours, raw, "keys/s") + "; ours finds the keys, proves whose they are, takes types and expiries");
        figures.Add("P12 a reader's GET p99 beside the raw loop's", Middle(ourTail) / Middle(rawTail), must: 0.5, lowerIsBetter: true, note: Both(ourTail, rawTail, "ms"));
    }

    private static async Task<(double Rate, double Tail)> UnderReaderAsync(IDatabase reader, Func<Task<int>> work)
    {
        using var stop = new CancellationTokenSource();
        var times = new List<double>();
        var reading = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                await reader.StringGetAsync($"{BackupBench.Project}:payments:{i * 7919 % Keys}");
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await Task.Delay(1);
            }
        });
        var watch = Stopwatch.StartNew();
        var done = await work();
        var rate = done / watch.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await reading;
        return (rate, times.Count == 0 ? 0 : times.Order().ElementAt(Math.Min(times.Count - 1, times.Count * 99 / 100)));
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
