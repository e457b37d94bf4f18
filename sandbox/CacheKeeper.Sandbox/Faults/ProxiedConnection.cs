using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Sandbox.Faults;

/// <summary>One caller's connection through the proxy: two pumps that look at the fault before each piece they pass on.</summary>
internal sealed class ProxiedConnection(Socket caller, IPEndPoint target, Func<FaultState> state) : IDisposable
{
    private const int PieceBytes = 32 * 1024;
    private const int NoiseSeed = 20261123;

    private readonly Socket server = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Random noise = new(NoiseSeed);
    private int answered;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        caller.NoDelay = true;
        try
        {
            await server.ConnectAsync(target, cancellationToken);
            await Task.WhenAll(
                PumpAsync(caller, server, RequestAsync, cancellationToken),
                PumpAsync(server, caller, AnswerAsync, cancellationToken));
        }
        catch (Exception error) when (Ends(error))
        {
            Reset();
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Ends both sides the hard way: the other end sees "connection reset by peer".</summary>
    public void Reset()
    {
        foreach (var socket in (Socket[])[caller, server])
        {
            socket.Close(0);
        }
    }

    public void Dispose()
    {
        caller.Dispose();
        server.Dispose();
    }

    private static bool Ends(Exception error) => error is SocketException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Passes pieces on until one side ends its sending, then tells the other so; a failure ends both pumps.</summary>
    private async Task PumpAsync(
        Socket from, Socket to, Func<ReadOnlyMemory<byte>, CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        var buffer = new byte[PieceBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is var read and > 0)
            {
                await pass(buffer.AsMemory(0, read), cancellationToken);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (Ends(error))
        {
            Reset();
        }
    }

    private async Task RequestAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var now = state();
        if (now.Kind == NetworkFault.Delay)
        {
            await Task.Delay(now.Delay, cancellationToken);
        }

        switch (now.Kind)
        {
            case NetworkFault.Reset or NetworkFault.Refuse:
                Reset();
                break;
            case NetworkFault.Half:
                break;
            default:
                await SendAsync(server, piece, cancellationToken);
                break;
        }
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        switch (state())
        {
            case { Kind: NetworkFault.Reset or NetworkFault.Refuse }:
                Reset();
                break;
            case { Kind: NetworkFault.Half }:
                break;
            case { Kind: NetworkFault.Drip }:
                await DripAsync(piece, cancellationToken);
                break;
            case { Kind: NetworkFault.Cut, CutAfter: var after }:
                await CutAsync(piece, after, cancellationToken);
                break;
            case { Kind: NetworkFault.Garbage }:
                await SendAsync(caller, Noise(piece.Length), cancellationToken);
                break;
            default:
                await SendAsync(caller, piece, cancellationToken);
                break;
        }
    }

    // Looks at the fault again before each byte, so that mending the network ends the dripping.
    private async Task DripAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        while (piece.Length > 0 && state() is { Kind: NetworkFault.Drip } now)
        {
            await SendAsync(caller, piece[..1], cancellationToken);
            piece = piece[1..];
            await Task.Delay(now.Delay, cancellationToken);
        }

        await SendAsync(caller, piece, cancellationToken);
    }

    private async Task CutAsync(ReadOnlyMemory<byte> piece, int? after, CancellationToken cancellationToken)
    {
        var left = after is { } limit ? limit - answered : piece.Length / 2;
        answered += piece.Length;
        if (left >= piece.Length)
        {
            await SendAsync(caller, piece, cancellationToken);
            return;
        }

        await SendAsync(caller, piece[..Math.Max(0, left)], cancellationToken);
        caller.Shutdown(SocketShutdown.Both);
        server.Close(0);
    }

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        noise.NextBytes(bytes);
        return bytes;
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        while (piece.Length > 0)
        {
            piece = piece[await to.SendAsync(piece, cancellationToken)..];
        }
    }
}
