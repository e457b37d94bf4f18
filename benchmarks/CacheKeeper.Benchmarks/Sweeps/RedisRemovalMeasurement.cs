using System.Buffers;
using System.Diagnostics;
using CacheKeeper.Cleanup;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P10: removing keys with their check and their receipt beside a raw UNLINK, and beside the least that keeps the values too.</summary>
internal sealed class RedisRemovalMeasurement : IMeasurement
{
    private const int PerCommand = 100;

    public string Name => "redis-removal";

    public string Summary => "Removing Redis keys after a check of expiry and digest, values on a durable receipt, beside raw variadic UNLINK and beside GET to memory, then UNLINK";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(null, 0, cancellationToken);
        var (ours, raw) = await Duel.FightAsync(() => OursAsync(redis, underWay: 2, cancellationToken), () => RawAsync(redis, read: false, cancellationToken));
        figures.AddRatio("P10 removing keys with check and receipt beside raw UNLINK, keys/s", ours, raw, 0.7, note: "the receipt holds every value, so that undo can write it back; UNLINK keeps nothing");
        var (again, reading) = await Duel.FightAsync(() => OursAsync(redis, underWay: 2, cancellationToken), () => RawAsync(redis, read: true, cancellationToken), rounds: 3);
        figures.AddRatio("P10 the same beside MGET to memory, then UNLINK, keys/s", again, reading, 0.7, note: "the rival checks nothing and writes nothing down");
        var (one, _) = await Duel.FightAsync(() => OursAsync(redis, underWay: 1, cancellationToken), () => Task.FromResult(0d), rounds: 3);
        figures.Add("keys/s with one batch at a time", Duel.Median(one));
    }

    /// <param name="underWay">Batches at once: two in a run at full pace, else one.</param>
    private static async Task<double> OursAsync(RedisServer redis, int underWay, CancellationToken cancellationToken)
    {
        var policy = new CleanupPolicy();
        await RedisKeys.FillAsync(redis, Duel.Entries, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("cachekeeper-receipt-").FullName;
        try
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            await using var tier = new RedisTier(new RespClient(redis.Url, TimeSpan.FromSeconds(20)), new RedisSettings { KeyPrefix = RedisKeys.Prefix, ScanPause = TimeSpan.Zero }, "bench", null, TimeProvider.System);
            var scope = new TierScope("bench");
            var heads = new List<EntryHead>();
            await foreach (var page in tier.ScanAsync(new EntryFilter(scope), cancellationToken))
            {
                heads.AddRange(page.Entries);
            }

            await using var receipt = await new ReceiptStore(state).OpenAsync("bench", "measured", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1), cancellationToken);
            var begun = Stopwatch.GetTimestamp();
            long removed = 0;
            var options = new ParallelOptions { MaxDegreeOfParallelism = underWay, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(EntryParts.Of(heads, policy.BatchSize, policy.BatchBytes, head => head.Bytes), options, async (part, token) =>
            {
                var outcome = await tier.RemoveAsync(new RemovalBatch(scope, part, DateTimeOffset.UtcNow.AddMinutes(5)), receipt.WriteAsync, token);
                Interlocked.Add(ref removed, outcome.Removed.Count);
            });

            return removed == Duel.Entries ? removed / Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new InvalidOperationException($"{removed} keys removed");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> RawAsync(RedisServer redis, bool read, CancellationToken cancellationToken)
    {
        await RedisKeys.FillAsync(redis, Duel.Entries, cancellationToken);
        await using var connection = await RespConnection.ConnectAsync(redis.EndPoint, cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        foreach (var batch in Enumerable.Range(0, Duel.Entries).Select(RedisKeys.Key).Chunk(PerCommand).Chunk(10))
        {
            if (read)
            {
                await SendAsync(connection, "MGET", batch, cancellationToken);
            }

            await SendAsync(connection, "UNLINK", batch, cancellationToken);
        }

        return Duel.Entries / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task SendAsync(RespConnection connection, string command, string[][] batch, CancellationToken cancellationToken)
    {
        var commands = new ArrayBufferWriter<byte>(1 << 16);
        foreach (var part in batch)
        {
            RespWriter.Command(commands, [command, .. part]);
        }

        await RedisKeys.ExchangeAsync(connection, commands, batch.Length, cancellationToken);
    }
}
