using System.Collections.Concurrent;
using System.Net;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Connections that are used by one request at a time and kept for the next.</summary>
internal sealed class RespPool(IPEndPoint endPoint, int size) : IAsyncDisposable
{
    private readonly ConcurrentBag<RespConnection> idle = [];
    private readonly SemaphoreSlim free = new(size);

    public IPEndPoint EndPoint => endPoint;

    /// <summary>Runs the work on a connection of its own; the connection returns only when the work succeeded.</summary>
    public async Task UseAsync(Func<RespConnection, Task> work, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            var connection = await TakeAsync(cancellationToken);
            try
            {
                await work(connection);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }

            idle.Add(connection);
        }
        finally
        {
            free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var connection))
        {
            await connection.DisposeAsync();
        }

        free.Dispose();
    }

    // A connection the server closed while it lay idle is found out here, so no command is ever sent twice.
    private async Task<RespConnection> TakeAsync(CancellationToken cancellationToken)
    {
        while (idle.TryTake(out var connection))
        {
            if (connection.IsIdle)
            {
                return connection;
            }

            await connection.DisposeAsync();
        }

        return await RespConnection.ConnectAsync(endPoint, cancellationToken);
    }
}
