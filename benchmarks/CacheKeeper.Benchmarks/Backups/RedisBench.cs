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
    public const int Keys = 200_000;
    private const int Batch = 1000;
    private const int Rounds = 3;

    public static async Task RunAsync(Figures figures, SandboxHost host, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        var redis = connection.GetDatabase();
        foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
        {
            await Task.WhenAll(part.Select(i => redis.StringSetAsync($"{BackupBench.Project}:payments:{i}", string.Concat(Enumerable.Repeat($"refund {i} ", 40)), TimeSpan.FromHours(3))));
        }

        var settings = new RedisSettings { RedisUrl = new Secret { Text = host.Redis.Url }, KeyPrefix = BackupBench.Project + ":" };
        await using var tier = new RedisTier(new RespClient(host.Redis.Url, settings.Timeout), settings, BackupBench.Project, null, TimeProvider.System);
        var copy = new RedisCopyTier(tier, BackupBench.Project, TimeSpan.Zero, TimeProvider.System);
        var (ours, raw, ourTail, rawTail) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (rate, tail) = await UnderReaderAsync(host.Redis.Url, async () =>
            {
                var lines = 0;
                await foreach (var block in copy.ExportAsync(new TierScope(BackupBench.Project), new CopyFacts(), cancellationToken))
                {
                    lines += block.Span.Count((byte)'\n');
                }

                return lines;
            });
            // The first round warms both up.
            if (round > 0)
            {
                ours.Add(rate);
                ourTail.Add(tail);
            }

            (rate, tail) = await UnderReaderAsync(host.Redis.Url, async () =>
            {
                var dumped = 0;
                foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
                {
                    dumped += (await Task.WhenAll(part.Select(i => redis.KeyDumpAsync($"{BackupBench.Project}:payments:{i}")))).Count(dump => dump is not null);
                }

                return dumped;
            });
            if (round > 0)
            {
                raw.Add(rate);
                rawTail.Add(tail);
            }
        }

        string Both(List<double> one, List<double> two, string unit) => string.Create(CultureInfo.InvariantCulture, $"ours {one.Min():0.##}-{one.Max():0.##} {unit}, raw {two.Min():0.##}-{two.Max():0.##} {unit}; {Keys} keys, {Rounds} rounds");
        figures.Add("P12 Redis copy beside a raw DUMP loop", Middle(ours) / Middle(raw), must: 0.8, note: Both(ours, raw, "keys/s") + "; ours finds the keys, proves whose they are, takes types and expiries");
        figures.Add("P12 a reader's GET p99 beside the raw loop's", Middle(ourTail) / Middle(rawTail), must: 0.5, lowerIsBetter: true, note: Both(ourTail, rawTail, "ms"));
    }

    // The reader is a process of its own: it feels the server, not our garbage collector.
    private static async Task<(double Rate, double Tail)> UnderReaderAsync(string url, Func<Task<int>> work)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(typeof(RedisBench).Assembly.Location);
        start.ArgumentList.Add(RedisReader.Word);
        start.ArgumentList.Add(url);
        using var reader = Process.Start(start)!;
        await reader.StandardOutput.ReadLineAsync();
        await reader.StandardInput.WriteLineAsync("begin");
        var watch = Stopwatch.StartNew();
        var done = await work();
        var rate = done / watch.Elapsed.TotalSeconds;
        await reader.StandardInput.WriteLineAsync("end");
        var tail = double.Parse((await reader.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await reader.WaitForExitAsync();
        return (rate, tail);
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
