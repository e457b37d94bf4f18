using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>A reader of the cache in a process of its own: GETs one after another between the words begin and end on its input, then says its p99 in ms.</summary>
internal static class RedisReader
{
    public const string Word = "redis-reader";

    public static async Task RunAsync(string url)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var redis = connection.GetDatabase();
        for (var i = 0; i < 3000; i++)
        {
            await redis.StringGetAsync(Key(i));
        }

        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var (times, ending) = (new List<double>(), Task.Run(() => Console.In.ReadLineAsync()));
        for (var i = 0; !ending.IsCompleted; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await redis.StringGetAsync(Key(i));
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await Task.Delay(1);
        }

        Console.WriteLine((times.Count == 0 ? 0 : times.Order().ElementAt(Math.Min(times.Count - 1, times.Count * 99 / 100))).ToString(CultureInfo.InvariantCulture));
    }

    private static string Key(int number) => $"{BackupBench.Project}:payments:{(long)number * 7919 % RedisBench.Keys}";
}
