using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Tiers;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P8, P9: looking at every key (expiry, size, idle time, category statistics) beside a raw loop and --bigkeys; what a reader waits meanwhile.</summary>
internal sealed class RedisSweepMeasurement : IMeasurement
{
    public string Name => "redis-sweep";

    public string Summary => "Sweep of all Redis keys at full pace beside a raw pipelined loop of the same commands and redis-cli --bigkeys; the paced sweep's cost to a reader";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(null, 0, cancellationToken);
        await RedisKeys.FillAsync(redis, Duel.Entries, cancellationToken);
        var keys = Duel.Entries.ToString("N0", CultureInfo.InvariantCulture);
        await using var full = Tier(redis, new RedisSettings { KeyPrefix = RedisKeys.Prefix, ScanPause = TimeSpan.Zero, ScanCount = 250 });
        var (ours, raw) = await Duel.FightAsync(() => OursAsync(full, cancellationToken), () => RawAsync(redis, cancellationToken));
        figures.AddRatio($"P8 full-pace sweep of {keys} keys beside a raw loop, keys/s", ours, raw, 0.8, note: redis.Kind);
        if (redis.Kind.StartsWith("redis-server", StringComparison.Ordinal))
        {
            var (again, bigKeys) = await Duel.FightAsync(() => OursAsync(full, cancellationToken), () => BigKeysAsync(redis, cancellationToken), rounds: 3);
            figures.AddRatio("P8 full-pace sweep beside redis-cli --bigkeys, keys/s", again, bigKeys, 1.7);
        }

        await using var paced = Tier(redis, new RedisSettings { KeyPrefix = RedisKeys.Prefix });
        var (during, alone) = await Duel.FightAsync(() => ProbedAsync(redis, () => OursAsync(paced, cancellationToken), cancellationToken), () => ProbedAsync(redis, async () =>
        {
            await Task.Delay(2000, cancellationToken);
            return 0;
        }, cancellationToken));
        var calm = Duel.Median(alone.Select(run => run.P99));
        figures.Add("P9 paced sweep: p99 wait of a reader beyond alone, ms", Duel.Median(during.Select(run => run.P99)) - calm, 1, null, true, $"alone {calm:0.00}, {alone.Min(run => run.P99):0.00} to {alone.Max(run => run.P99):0.00}");
        calm = Duel.Median(alone.Select(run => run.Max));
        figures.Add("P9 paced sweep: longest wait of a reader beyond alone, ms", Duel.Median(during.Select(run => run.Max)) - calm, 10, null, true, $"alone {calm:0.00}");
        figures.Add("P9 paced sweep, keys/s", Duel.Median(during.Select(run => run.Rate)), 50_000);
    }

    private static RedisTier Tier(RedisServer redis, RedisSettings settings) => new(new RespClient(redis.Url, TimeSpan.FromSeconds(20)), settings, "bench", null, TimeProvider.System);

    private static async Task<double> OursAsync(RedisTier tier, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var snapshot = await tier.LookAsync(new TierScope("bench"), DateTimeOffset.UtcNow, cancellationToken);
        return snapshot.Live == Duel.Entries ? Duel.Entries / Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new InvalidOperationException($"{snapshot.Live} keys seen");
    }

    private static async Task<double> RawAsync(RedisServer redis, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var connection = await RespConnection.ConnectAsync(redis.EndPoint, cancellationToken);
        var (cursor, seen) = ("0", 0);
        do
        {
            (cursor, var keys) = await RedisKeys.ScanAsync(connection, cursor, 1000, cancellationToken);
            var commands = new ArrayBufferWriter<byte>(1 << 16);
            foreach (var key in keys)
            {
                RespWriter.Command(commands, "PTTL", key);
                RespWriter.Command(commands, "MEMORY", "USAGE", key);
                RespWriter.Command(commands, "OBJECT", "IDLETIME", key);
            }

            await RedisKeys.ExchangeAsync(connection, commands, keys.Count * 3, cancellationToken);
            seen += keys.Count;
        }
        while (cursor != "0");
        return seen / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> BigKeysAsync(RedisServer redis, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("redis-cli", ["-p", redis.Port.ToString(CultureInfo.InvariantCulture), "--bigkeys"]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return Duel.Entries / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<(double Rate, double P99, double Max)> ProbedAsync(RedisServer redis, Func<Task<double>> work, CancellationToken cancellationToken)
    {
        using var probe = await WaitProbe.StartAsync(redis.EndPoint, RedisKeys.Key(1), cancellationToken);
        await probe.BeginAsync(cancellationToken);
        var rate = await work();
        var (p99, max) = await probe.EndAsync(cancellationToken);
        return (rate, p99, max);
    }
}
