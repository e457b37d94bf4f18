using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Sandbox.Faults;

/// <summary>A TCP proxy on loopback whose network can be broken and mended while it runs; for PostgreSQL, Redis and HTTP alike.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultDrip = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> connections = [];
    private readonly IPEndPoint target;
    private Socket socket;
    private Task accepting;
    private volatile FaultState state = FaultState.Clear;

    private FaultProxy(IPEndPoint target, int port)
    {
        this.target = target;
        socket = Bind(port);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        accepting = AcceptAsync(socket);
    }

    /// <summary>Stays the same through every fault.</summary>
    public int Port { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    public NetworkFault Fault => state.Kind;

    /// <summary>Connections open at this moment.</summary>
    public int Connections => connections.Count;

    /// <param name="target">Where the healthy server listens.</param>
    /// <param name="port">0 picks a free one.</param>
    public static Task<FaultProxy> StartAsync(IPEndPoint target, int port = 0) => Task.FromResult(new FaultProxy(target, port));

    /// <summary>Puts a fault in force, in place of any other, for open connections too.</summary>
    /// <param name="fault">Which; <see cref="NetworkFault.None"/> mends everything.</param>
    /// <param name="delay">For <see cref="NetworkFault.Delay"/> (2 s) and between bytes of <see cref="NetworkFault.Drip"/> (50 ms).</param>
    /// <param name="cutAfter">Bytes of answer before <see cref="NetworkFault.Cut"/>; null cuts the next piece in half.</param>
    public void Set(NetworkFault fault, TimeSpan? delay = null, int? cutAfter = null)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ended.IsCancellationRequested, this);
            var before = state.Kind;
            state = new FaultState(fault, delay ?? (fault == NetworkFault.Drip ? DefaultDrip : DefaultDelay), cutAfter);
            if (fault == NetworkFault.Refuse && before != NetworkFault.Refuse)
            {
                // Bound but not listening: callers are refused, and nobody else can take the port meanwhile.
                socket.Dispose();
                socket = Bind(Port);
            }
            else if (before == NetworkFault.Refuse && fault != NetworkFault.Refuse)
            {
                accepting = AcceptAsync(socket);
            }
        }

        if (fault is NetworkFault.Refuse or NetworkFault.Reset)
        {
            ResetAll();
        }
    }

    /// <summary>Mends the network; connections that were broken stay broken.</summary>
    public void Clear() => Set(NetworkFault.None);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        lock (gate)
        {
            socket.Dispose();
        }

        ResetAll();
        await accepting;
        await Task.WhenAll(connections.Values);
        ended.Dispose();
    }

    private static Socket Bind(int port)
    {
        var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bound.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return bound;
    }

    private async Task AcceptAsync(Socket listening)
    {
        listening.Listen();
        try
        {
            while (true)
            {
                var connection = new ProxiedConnection(await listening.AcceptAsync(ended.Token), target, () => state);
                var running = Task.Run(() => connection.RunAsync(ended.Token));
                connections[connection] = running;
                _ = running.ContinueWith(_ => connections.TryRemove(connection, out var _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The listener was closed: by a refusal or by the end.
        }
    }

    private void ResetAll()
    {
        foreach (var connection in connections.Keys)
        {
            connection.Reset();
        }
    }
}
