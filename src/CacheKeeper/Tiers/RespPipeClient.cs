using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CacheKeeper.Tiers;

/// <summary>
/// One RESP connection for reading much: questions go out while earlier answers still come in, answers come in the order of their questions, and each stays in
/// the bytes that brought it. Where the server can (7.2), what is read here does not look used afterwards.
/// </summary>
internal sealed class RespPipeClient : IAsyncDisposable
{
    private const int FirstBytes = 256 * 1024;
    private readonly Stream _stream;
    private readonly TimeSpan _timeout;
    private readonly TierMeter _meter;
    private readonly Lock _order = new();
    private Task _sent = Task.CompletedTask;
    private Task _read = Task.CompletedTask;
    private byte[] _following = [];

    private RespPipeClient(Stream stream, TimeSpan timeout, TierMeter meter)
    {
        (_stream, _timeout, _meter) = (stream, timeout, meter);
    }

    /// <param name="timeout">The longest that the server may be silent.</param>
    /// <exception cref="TierException">It cannot be reached, or refuses the credentials.</exception>
    public static async Task<RespPipeClient> OpenAsync(RedisAddress address, TimeSpan timeout, TierMeter meter, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(address, limit.Token);
            var pipe = new RespPipeClient(stream, timeout, meter);
            await pipe.GreetAsync(address, cancellationToken);
            return pipe;
        }
        catch (Exception e) when (e is TierException or IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw cancellationToken.IsCancellationRequested || e is TierException ? e : RespClient.Failure(e is OperationCanceledException ? new TimeoutException() : e);
        }
    }

    /// <summary>Asks, and gives the answer's bytes, which the caller disposes.</summary>
    /// <param name="request">One or more commands, left alone until the answer is there.</param>
    /// <param name="replies">How many replies they get.</param>
    /// <exception cref="TierException">The connection broke, the server was silent for too long, or spoke nonsense: nothing comes any more.</exception>
    public Task<RespAnswer> AskAsync(ReadOnlyMemory<byte> request, int replies, CancellationToken cancellationToken)
    {
        _meter.Count(replies);
        lock (_order)
        {
            _sent = SendAsync(_sent, request, cancellationToken);
            var answer = ReadAsync(_read, _sent, replies, cancellationToken);
            _read = answer;
            return answer;
        }
    }

    /// <summary>One command and its reply, an error too.</summary>
    public async Task<RedisReply> AskAsync(object[] command, CancellationToken cancellationToken)
    {
        var request = new ArrayBufferWriter<byte>();
        RespText.Write(request, command);
        using var answer = await AskAsync(request.WrittenMemory, replies: 1, cancellationToken);
        var replies = answer.Memory.Span;
        return RespText.Take(ref replies);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<Stream> ConnectAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream stream = new NetworkStream(await DialAsync(socket, address, cancellationToken), ownsSocket: true);
        if (!address.Encrypted)
        {
            return stream;
        }

        var encrypted = new SslStream(stream);
        try
        {
            await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellationToken);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }

    private static async Task<Socket> DialAsync(Socket socket, RedisAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        if (address.Password is { } password)
        {
            object[] auth = address.User is { } user ? ["AUTH", user, password] : ["AUTH", password];
            if ((await AskAsync(auth, cancellationToken)).Error is { } error)
            {
                throw RespClient.Failure(new AuthenticationException(error));
            }
        }

        // A server that knows neither, or does not let us, answers with an error: then it is as it was before.
        await AskAsync(["CLIENT", "SETNAME", "cachekeeper"], cancellationToken);
        await AskAsync(["CLIENT", "NO-TOUCH", "on"], cancellationToken);
    }

    private async Task SendAsync(Task before, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await before;
        await _stream.WriteAsync(request, cancellationToken);
    }

    private async Task<RespAnswer> ReadAsync(Task before, Task sent, int replies, CancellationToken cancellationToken)
    {
        await before;
        var answer = new RespAnswer(Math.Max(FirstBytes, _following.Length));
        try
        {
            _following.CopyTo(answer.Room(_following.Length));
            answer.Grow(_following.Length);
            await FillAsync(answer, replies, cancellationToken);
            await sent;
            return answer;
        }
        catch (Exception e) when (e is IOException or SocketException or FormatException or OverflowException or ObjectDisposedException)
        {
            answer.Dispose();
            throw RespClient.Failure(e);
        }
    }

    private async Task FillAsync(RespAnswer answer, int replies, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var extent = new RespExtent(replies);
        while (!extent.TryReach(answer.Memory.Span))
        {
            silence.CancelAfter(_timeout);
            try
            {
                var read = await _stream.ReadAsync(answer.Room(extent.Needed), silence.Token);
                answer.Grow(read > 0 ? read : throw new IOException("the connection broke off in the middle of an answer"));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw RespClient.Failure(new TimeoutException());
            }
        }

        // The next answer's beginning may have come along.
        _following = answer.Cut(extent.End).ToArray();
    }
}
