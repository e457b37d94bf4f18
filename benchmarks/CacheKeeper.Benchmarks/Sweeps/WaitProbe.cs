using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>A reader of Redis: one short read a millisecond on a connection of its own; what it waits is what a gateway would.</summary>
internal static class WaitProbe
{
    public const string Word = "key-reader";
    private const int WarmUps = 500;

    public static Task<ReaderProcess> StartAsync(IPEndPoint endPoint, string key, CancellationToken cancellationToken) =>
        ReaderProcess.StartAsync(Word, [endPoint.ToString(), key], cancellationToken);

    public static async Task RunAsync()
    {
        var endPoint = IPEndPoint.Parse(Console.ReadLine()!);
        var key = Console.ReadLine()!;
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var command = Encoding.UTF8.GetBytes($"*2\r\n$6\r\nSTRLEN\r\n${key.Length}\r\n{key}\r\n");
        var milliseconds = new List<double>();
        await ReaderProcess.ServeAsync(
            () =>
            {
                for (var i = 0; i < WarmUps; i++)
                {
                    One(socket, command);
                }
            },
            stopped =>
            {
                while (!stopped())
                {
                    milliseconds.Add(One(socket, command));
                    Thread.Sleep(1);
                }

                return milliseconds;
            });
    }

    private static double One(Socket socket, byte[] command)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var begun = Stopwatch.GetTimestamp();
        socket.Send(command);
        return socket.Receive(buffer) > 0 ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds : throw new InvalidOperationException("the server hung up");
    }
}
