using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Tests.Sandbox.Redis;

/// <summary>Servers of our own: started, kept on disk when asked, ended.</summary>
public sealed class RedisServerTests
{
    [Fact]
    public async Task A_server_with_a_folder_keeps_its_keys_over_a_restart()
    {
        Assert.SkipWhen(RedisProcess.Find() is null, "redis-server is not installed on this machine.");
        var folder = Directory.CreateTempSubdirectory("cachekeeper-redis").FullName;
        try
        {
            await using (var first = await RedisServer.StartAsync(folder, 0, TestContext.Current.CancellationToken))
            {
                Assert.StartsWith("redis-server 7.", first.Kind, StringComparison.Ordinal);
                Assert.Equal("+OK\r\n", await AskAsync(first, "SET", "k", "v"));
            }

            await using var second = await RedisServer.StartAsync(folder, 0, TestContext.Current.CancellationToken);
            Assert.Equal("$1\r\nv\r\n", await AskAsync(second, "GET", "k"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_ended_server_no_longer_answers()
    {
        Assert.SkipWhen(RedisProcess.Find() is null, "redis-server is not installed on this machine.");
        var server = await RedisServer.StartAsync(null, 0, TestContext.Current.CancellationToken);
        Assert.NotNull(await RespProbe.InfoAsync(server.EndPoint, TestContext.Current.CancellationToken));
        await server.DisposeAsync();
        Assert.Null(await RespProbe.InfoAsync(server.EndPoint, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_taken_port_is_an_error_and_not_another_ones_server()
    {
        Assert.SkipWhen(RedisProcess.Find() is null, "redis-server is not installed on this machine.");
        await using var first = await RedisServer.StartAsync(null, 0, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RedisServer.StartAsync(null, first.Port, TestContext.Current.CancellationToken));
    }

    private static async Task<string> AskAsync(RedisServer server, params string[] command)
    {
        await using var connection = await RespConnection.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
        var request = new System.Buffers.ArrayBufferWriter<byte>();
        RespWriter.Command(request, command);
        using var replies = new RespReplies();
        await connection.ExchangeAsync(request.WrittenMemory, 1, replies, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(replies[0]);
    }
}
