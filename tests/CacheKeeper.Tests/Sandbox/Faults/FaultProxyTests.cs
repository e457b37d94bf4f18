using System.Net;
using System.Net.Sockets;
using CacheKeeper.Sandbox.Faults;

namespace CacheKeeper.Tests.Sandbox.Faults;

/// <summary>Each fault as the caller sees it, and that the network can be mended again.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource limit = new(Limit);
    private FaultProxy proxy = null!;

    public async ValueTask InitializeAsync()
    {
        echo.Start();
        _ = EchoAsync();
        proxy = await FaultProxy.StartAsync((IPEndPoint)echo.LocalEndpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        echo.Dispose();
        limit.Dispose();
    }

    [Fact]
    public async Task Without_a_fault_it_is_transparent_even_for_much()
    {
        using var caller = await ConnectAsync();
        var sent = new byte[3_000_000];
        new Random(1).NextBytes(sent);
        var sending = caller.GetStream().WriteAsync(sent, limit.Token).AsTask();
        var received = new byte[sent.Length];
        await caller.GetStream().ReadExactlyAsync(received, limit.Token);
        await sending;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Refuse_resets_open_connections_and_refuses_new_ones_until_mended()
    {
        using var open = await ConnectAsync();
        Assert.Equal("ping", await AskAsync(open, "ping"));
        proxy.Set(NetworkFault.Refuse);
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(open, "ping"));
        var error = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        proxy.Clear();
        using var again = await ConnectAsync();
        Assert.Equal("ping", await AskAsync(again, "ping"));
    }

    [Fact]
    public async Task Reset_ends_open_connections_and_new_ones_once_they_speak()
    {
        using var open = await ConnectAsync();
        Assert.Equal("ping", await AskAsync(open, "ping"));
        proxy.Set(NetworkFault.Reset);
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(open, "ping"));
        using var fresh = await ConnectAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(fresh, "ping"));
    }

    [Fact]
    public async Task Half_takes_everything_and_answers_nothing()
    {
        using var caller = await ConnectAsync();
        proxy.Set(NetworkFault.Half);
        using var soon = new CancellationTokenSource(Moment);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskUntilAsync(caller, "ping", soon.Token));
    }

    [Fact]
    public async Task Delay_holds_requests_back()
    {
        using var caller = await ConnectAsync();
        proxy.Set(NetworkFault.Delay, Moment * 2);
        using var soon = new CancellationTokenSource(Moment);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskUntilAsync(caller, "ping", soon.Token));
        await caller.GetStream().ReadExactlyAsync(new byte[4], limit.Token);
    }

    [Fact]
    public async Task Drip_brings_bytes_one_by_one_until_mended()
    {
        using var caller = await ConnectAsync();
        proxy.Set(NetworkFault.Drip, TimeSpan.FromMilliseconds(20));
        await caller.GetStream().WriteAsync(new byte[1000], limit.Token);
        Assert.Equal(1, await caller.GetStream().ReadAsync(new byte[1000], limit.Token));
        proxy.Clear();
        await caller.GetStream().ReadExactlyAsync(new byte[999], limit.Token);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(3, 3)]
    [InlineData(0, 0)]
    public async Task Cut_ends_an_answer_in_its_middle(int? after, int expected)
    {
        using var caller = await ConnectAsync();
        proxy.Set(NetworkFault.Cut, cutAfter: after);
        await caller.GetStream().WriteAsync("0123456789"u8.ToArray(), limit.Token);
        Assert.Equal(expected, await ReadToEndAsync(caller));
    }

    [Fact]
    public async Task Garbage_has_the_length_of_the_answer_and_nothing_else_of_it()
    {
        using var caller = await ConnectAsync();
        proxy.Set(NetworkFault.Garbage);
        var answer = await AskAsync(caller, "a line of some length");
        Assert.NotEqual("a line of some length", answer);
    }

    [Fact]
    public async Task A_server_that_is_down_resets_the_caller()
    {
        echo.Stop();
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var caller = await ConnectAsync();
            await AskAsync(caller, "ping");
        });
        Assert.True(error is SocketException or IOException, error.ToString());
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var caller = new TcpClient();
        await caller.ConnectAsync(proxy.EndPoint, limit.Token);
        return caller;
    }

    private Task<string> AskAsync(TcpClient caller, string text) => AskUntilAsync(caller, text, limit.Token);

    private static async Task<string> AskUntilAsync(TcpClient caller, string text, CancellationToken cancellationToken)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);
        await caller.GetStream().WriteAsync(bytes, cancellationToken);
        await caller.GetStream().ReadExactlyAsync(bytes, cancellationToken);
        return System.Text.Encoding.Latin1.GetString(bytes);
    }

    private async Task<int> ReadToEndAsync(TcpClient caller)
    {
        var total = 0;
        try
        {
            while (await caller.GetStream().ReadAsync(new byte[100], limit.Token) is var read and > 0)
            {
                total += read;
            }
        }
        catch (IOException)
        {
            // A reset after the last byte is an end, too.
        }

        return total;
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var caller = await echo.AcceptTcpClientAsync(limit.Token);
                _ = caller.GetStream().CopyToAsync(caller.GetStream(), limit.Token);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
