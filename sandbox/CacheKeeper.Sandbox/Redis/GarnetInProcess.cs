using System.Globalization;
using System.Net;
using Garnet;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Garnet inside this process: a second implementation of the protocol, a subset of Redis, always in memory.</summary>
internal sealed class GarnetInProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly GarnetServer server;

    private GarnetInProcess(GarnetServer server) => this.server = server;

    public static string Version { get; } = typeof(GarnetServer).Assembly.GetName().Version?.ToString(3) ?? "";

    public static async Task<GarnetInProcess> StartAsync(int port, CancellationToken cancellationToken)
    {
        // --memory: its default is 16g. -q: its banner would stand in our standard output.
        var server = new GarnetServer(
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--lua", "--memory", "256m", "--index", "16m", "-q",
        ]);
        var started = new GarnetInProcess(server);
        server.Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        while (await RespProbe.InfoAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token) is null)
        {
            await Task.Delay(20, limit.Token);
        }

        return started;
    }

    /// <summary>Ends the server; one that hangs in a command of its own (DBSIZE inside a transaction does) is left behind for the process to end.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.Run(server.Dispose).WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            // Nothing of it is on disk; there is nothing to save.
        }
    }
}
