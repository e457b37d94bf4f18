using System.Net;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>A real Redis-protocol server of our own on loopback: redis-server where it is installed, else Garnet in this process.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly IAsyncDisposable part;

    private RedisServer(IAsyncDisposable part, string kind, int port)
    {
        this.part = part;
        Kind = kind;
        Port = port;
    }

    /// <summary><c>redis-server 7.0.15</c> or <c>garnet 2.2.8</c>.</summary>
    public string Kind { get; }

    public int Port { get; }

    public string Url => $"redis://127.0.0.1:{Port}";

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>Starts redis-server when the machine has it, else Garnet; answers PING when this returns.</summary>
    /// <param name="folder">Where an append-only file lives; null keeps everything in memory. Garnet never persists.</param>
    /// <param name="port">0 picks a free one.</param>
    /// <param name="cancellationToken">Ends the waiting for the first answer.</param>
    public static Task<RedisServer> StartAsync(string? folder, int port, CancellationToken cancellationToken) =>
        RedisProcess.Find() is { } executable
            ? StartProcessAsync(executable, folder, port, cancellationToken)
            : StartGarnetAsync(port, cancellationToken);

    public static async Task<RedisServer> StartProcessAsync(string executable, string? folder, int port, CancellationToken cancellationToken)
    {
        var taken = FreePort.Take(port);
        var process = await RedisProcess.StartAsync(executable, folder, taken, cancellationToken);
        return new RedisServer(process, "redis-server " + process.Version, taken);
    }

    public static async Task<RedisServer> StartGarnetAsync(int port, CancellationToken cancellationToken)
    {
        var taken = FreePort.Take(port);
        var garnet = await GarnetInProcess.StartAsync(taken, cancellationToken);
        return new RedisServer(garnet, "garnet " + GarnetInProcess.Version, taken);
    }

    /// <summary>Dies as in a power cut; Garnet, which lives in this process, can only be ended.</summary>
    public Task KillAsync() => part is RedisProcess process ? process.KillAsync() : part.DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => part.DisposeAsync();
}
