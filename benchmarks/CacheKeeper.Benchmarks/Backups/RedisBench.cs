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
    private const int Rounds = 11;

    // A p99 of the few hundred GETs of one pass is the worst five of them.
    private const int Passes = 3;
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Figures figures, SandboxHost host, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        var (redis, server) = (connection.GetDatabase(), connection.GetServers()[0]);
        foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
        {
            await Task.WhenAll(part.Select(i => redis.StringSetAsync($"{BackupBench.Project}:payments:{i}", string.Concat(Enumerable.Repeat($"refund {i} ", 40)), TimeSpan.FromHours(3))));
        }

        var settings = new RedisSettings { RedisUrl = new Secret { Text = host.Redis.Url }, KeyPrefix = BackupBench.Project + ":" };
        await using var tier = new RedisTier(new RespClient(host.Redis.Url, settings.Timeout), settings, BackupBench.Project, null, TimeProvider.System);
        var copy = new RedisCopyTier(tier, BackupBench.Project, TimeSpan.Zero, TimeProvider.System);
        var loops = new (string Name, Func<Task<int>> Work)[]
        {
            ("ours", () => CopyAsync(copy, cancellationToken)),
            ("a raw SCAN and DUMP loop", () => FindAndDumpAsync(server, redis)),
            ("a raw DUMP loop that is told its keys", () => DumpAsync(redis)),
            ("nobody", async () => { await Task.Delay(Alone, cancellationToken); return 0; }),
        };
        var (rates, tails) = (loops.Select(_ => new List<double>()).ToArray(), loops.Select(_ => new List<double>()).ToArray());
        for (var round = 0; round <= Rounds; round++)
        {
            for (var at = 0; at < loops.Length; at++)
            {
                var (rate, tail) = await UnderReaderAsync(host.Redis.Url, loops[at].Work);

                // The first round warms all of them up.
                if (round > 0)
                {
                    rates[at].Add(rate);
                    tails[at].Add(tail);
                }
            }
        }

        var alone = string.Create(CultureInfo.InvariantCulture, $"{Keys} keys; the reader alone, in the same run: {Timing.Middle(tails[^1]):0.00} ms");
        for (var rival = 1; rival < loops.Length - 1; rival++)
        {
            // A copy must find its keys, in the order of their hashes; a loop that is told them goes through them as they lie in memory, and shows what finding costs.
            figures.AddRatio($"P12 Redis copy beside {loops[rival].Name}, keys/s", rates[0], rates[rival], must: 0.8, note: $"{Keys} keys; ours finds the keys, proves whose they are, takes types and expiries");
            figures.AddRatio($"P12 a reader's GET p99 beside {loops[rival].Name}, ms", tails[0], tails[rival], must: 0.5, lowerIsBetter: true, note: alone);
        }
    }

    private static async Task<int> CopyAsync(RedisCopyTier copy, CancellationToken cancellationToken)
    {
        var lines = 0;
        await foreach (var block in copy.ExportAsync(new TierScope(BackupBench.Project), new CopyFacts(), cancellationToken))
        {
            lines += block.Span.Count((byte)'\n');
        }

        return lines;
    }

    private static async Task<int> DumpAsync(IDatabase redis)
    {
        var dumped = 0;
        foreach (var part in Enumerable.Range(0, Keys).Chunk(Batch))
        {
            dumped += (await Task.WhenAll(part.Select(i => redis.KeyDumpAsync($"{BackupBench.Project}:payments:{i}")))).Count(dump => dump is not null);
        }

        return dumped;
    }

    private static async Task<int> FindAndDumpAsync(IServer server, IDatabase redis)
    {
        var dumped = 0;
        var found = server.KeysAsync(pattern: $"{BackupBench.Project}:*", pageSize: Batch);
        await foreach (var part in found.Chunk(Batch))
        {
            dumped += (await Task.WhenAll(part.Select(key => redis.KeyDumpAsync(key)))).Count(dump => dump is not null);
        }

        return dumped;
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
        var done = 0;
        for (var pass = 0; pass < Passes; pass++)
        {
            done += await work();
        }

        var rate = done / watch.Elapsed.TotalSeconds;
        await reader.StandardInput.WriteLineAsync("end");
        var tail = double.Parse((await reader.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await reader.WaitForExitAsync();
        return (rate, tail);
    }
}
