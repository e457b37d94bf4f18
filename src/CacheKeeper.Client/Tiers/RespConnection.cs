using StackExchange.Redis;

namespace CacheKeeper.Client.Tiers;

/// <summary>The Redis protocol, over one connection that is opened at first use and comes back by itself.</summary>
internal sealed class RespConnection(string url) : IRedisConnection
{
    private readonly SemaphoreSlim opening = new(1);
    private ConnectionMultiplexer? open;

    public async Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken)
    {
        var database = (open ?? await OpenAsync(cancellationToken)).GetDatabase();
        var replies = commands.Select(command => ReplyAsync(database, command)).ToList();
        return await Task.WhenAll(replies).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        opening.Dispose();
        if (open is not null)
        {
            await open.DisposeAsync();
        }
    }

    /// <summary>The options of StackExchange.Redis for a <c>redis://user:password@host:port/database</c> address.</summary>
    internal static ConfigurationOptions OptionsOf(string url)
    {
        var address = new Uri(url);
        var user = address.UserInfo.Split(':', 2);
        return new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port > 0 ? address.Port : 6379 } },
            Ssl = address.Scheme == "rediss",
            User = user.Length == 2 && user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            DefaultDatabase = int.TryParse(address.AbsolutePath.Trim('/'), out var database) ? database : 0,
            AbortOnConnectFail = false,
            ConnectTimeout = 2000,
            BacklogPolicy = BacklogPolicy.FailFast,
        };
    }

    private static async Task<RedisReply> ReplyAsync(IDatabase database, string[] command)
    {
        try
        {
            var result = await database.ExecuteAsync(command[0], [.. command.Skip(1)]);
            return result.Length >= 0 && result.Resp2Type == ResultType.Array
                ? new RedisReply(null, (string?[]?)result, null)
                : new RedisReply((string?)result, null, null);
        }
        catch (RedisServerException error)
        {
            return new RedisReply(null, null, error.Message);
        }
    }

    private async Task<ConnectionMultiplexer> OpenAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            return open ??= await ConnectionMultiplexer.ConnectAsync(OptionsOf(url));
        }
        finally
        {
            opening.Release();
        }
    }
}
