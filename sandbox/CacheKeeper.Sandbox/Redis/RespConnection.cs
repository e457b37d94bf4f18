using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>One connection that speaks RESP2 and hands replies through as the bytes they came in.</summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private readonly Socket socket;

    private RespConnection(Socket socket) => this.socket = socket;

    /// <summary>False once the other side has closed or has sent something nobody asked for.</summary>
    public bool IsIdle => socket.Connected && !socket.Poll(0, SelectMode.SelectRead);

    public static async Task<RespConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new RespConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends the commands and reads so many replies. After an exception the connection is of no use.</summary>
    public async Task ExchangeAsync(ReadOnlyMemory<byte> commands, int count, RespReplies replies, CancellationToken cancellationToken)
    {
        replies.Expect(count);
        // Both at once: a server that stops reading until its answers are taken would otherwise wait for us for ever.
        var sending = SendAsync(commands, cancellationToken);
        try
        {
            await ReadAsync(replies, cancellationToken);
        }
        finally
        {
            await sending;
        }

        if (replies.HasMore)
        {
            throw new IOException("The Redis server sent more than was asked for.");
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> commands, CancellationToken cancellationToken)
    {
        while (commands.Length > 0)
        {
            commands = commands[await socket.SendAsync(commands, cancellationToken)..];
        }
    }

    /// <summary>Reads until every expected reply is there.</summary>
    public async Task ReadAsync(RespReplies replies, CancellationToken cancellationToken)
    {
        while (!replies.IsComplete)
        {
            var read = await socket.ReceiveAsync(replies.Space(), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The Redis server closed the connection.");
            }

            replies.Advance(read);
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
