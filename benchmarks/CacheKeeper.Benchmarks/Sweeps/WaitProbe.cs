using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>A reader of Redis: one short read a millisecond on a thread and a connection of its own; what it waits is what a gateway would.</summary>
internal sealed class WaitProbe
{
    private readonly List<double> _milliseconds = [];
    private readonly Thread _thread;
    private volatile bool _stop;

    public WaitProbe(IPEndPoint endPoint, string key)
    {
        _thread = new Thread(() => Run(endPoint, key)) { IsBackground = true };
        _thread.Start();
    }

    public (double P99, double Max) Result()
    {
        _stop = true;
        _thread.Join();
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? (0, 0) : (sorted[(int)((sorted.Length - 1) * 0.99)], sorted[^1]);
    }

    private void Run(IPEndPoint endPoint, string key)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endPoint);
        var command = Encoding.UTF8.GetBytes($"*2\r\n$6\r\nSTRLEN\r\n${key.Length}\r\n{key}\r\n");
        var buffer = new byte[4096];
        while (!_stop)
        {
            var begun = Stopwatch.GetTimestamp();
            socket.Send(command);
            if (socket.Receive(buffer) == 0)
            {
                return;
            }

            _milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            Thread.Sleep(1);
        }
    }
}
