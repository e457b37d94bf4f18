using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using CacheKeeper.Tiers;

namespace CacheKeeper.Benchmarks.Backups;

/// <summary>
/// A reader of the cache in a process of its own: a GET each millisecond between the words begin and end on its input, then it says its p99 in ms. One thread and
/// one plain connection: a client library's threads wait for a core by themselves when both are busy, and that is not the server's doing.
/// </summary>
internal static class RedisReader
{
    public const string Word = "redis-reader";
    private const int MostAnswerBytes = 64 * 1024;

    public static async Task RunAsync(string url)
    {
        var address = RedisAddress.Parse(url);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        var answer = new byte[MostAnswerBytes];
        for (var i = 0; i < 3000; i++)
        {
            Get(socket, i, answer);
        }

        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var (times, ending) = (new List<double>(), Task.Run(() => Console.In.ReadLineAsync()));
        for (var i = 0; !ending.IsCompleted; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            Get(socket, i, answer);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await Task.Delay(1);
        }

        Console.WriteLine((times.Count == 0 ? 0 : times.Order().ElementAt(Math.Min(times.Count - 1, times.Count * 99 / 100))).ToString(CultureInfo.InvariantCulture));
    }

    private static void Get(Socket socket, int number, byte[] answer)
    {
        var request = new ArrayBufferWriter<byte>();
        RespText.Write(request, "GET", $"{BackupBench.Project}:payments:{(long)number * 7919 % RedisBench.Keys}");
        socket.Send(request.WrittenSpan);
        var extent = new RespExtent(replies: 1);
        for (var filled = 0; !extent.TryReach(answer.AsSpan(0, filled));)
        {
            var read = socket.Receive(answer.AsSpan(filled));
            filled += read > 0 ? read : throw new IOException("The server broke off.");
        }
    }
}
