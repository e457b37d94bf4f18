using StackExchange.Redis;

namespace CacheKeeper.Tiers;

/// <summary>Speaks RESP to any Redis-protocol server.</summary>
internal sealed class RespClient(string url, TimeSpan timeout) : IRedisClient
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConfigurationOptions _options = Options(url, timeout);
    private ConnectionMultiplexer? _connection;

    public TierMeter Meter { get; } = new();

    public bool CarriesText => false;

    // Upstash speaks RESP too, and bills it the same.
    public bool IsBilled { get; } = RedisAddress.Parse(url).Host.EndsWith(".upstash.io", StringComparison.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<object[]> commands, CancellationToken cancellationToken)
    {
        try
        {
            var database = (await ConnectAsync(cancellationToken)).GetDatabase();
            Meter.Count(commands.Count);
            var replies = commands.Select(command => ReplyAsync(database, command)).ToList();
            return await Task.WhenAll(replies).WaitAsync(timeout, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw Failure(e);
        }
    }

    public async Task<RespPipeClient?> OpenPipeAsync(CancellationToken cancellationToken) => await RespPipeClient.OpenAsync(RedisAddress.Parse(url), timeout, Meter, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(_options).WaitAsync(timeout + TimeSpan.FromSeconds(5), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static ConfigurationOptions Options(string url, TimeSpan timeout)
    {
        var address = RedisAddress.Parse(url);
        return new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port } },
            Ssl = address.Encrypted,
            User = address.User,
            Password = address.Password,
            ClientName = "cachekeeper",
            AllowAdmin = true,
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)timeout.TotalMilliseconds,
            AsyncTimeout = (int)timeout.TotalMilliseconds,
            IncludeDetailInExceptions = false,
            BacklogPolicy = BacklogPolicy.FailFast,
        };
    }

    private static async Task<RedisReply> ReplyAsync(IDatabase database, object[] command)
    {
        try
        {
            var arguments = command.Skip(1).Select(argument => argument is byte[] bytes ? (object)bytes : argument.ToString()!).ToArray();
            return Convert(await database.ExecuteAsync((string)command[0], arguments));
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException)
        {
            return new RedisReply { Error = e.Message };
        }
    }

    private static RedisReply Convert(RedisResult result) => result.IsNull ? RedisReply.Null : result.Resp2Type switch
    {
        ResultType.Array => new RedisReply { Items = ConvertAll(result) },
        ResultType.Integer => new RedisReply { Integer = (long)result },
        ResultType.Error => new RedisReply { Error = result.ToString() },
        _ => new RedisReply { Bytes = (byte[]?)result ?? [] },
    };

    private static RedisReply[] ConvertAll(RedisResult result)
    {
        var replies = new RedisReply[result.Length];
        for (var at = 0; at < replies.Length; at++)
        {
            replies[at] = Convert(result[at]);
        }

        return replies;
    }

    /// <summary>Why the server could not be asked, as a sentence.</summary>
    public static TierException Failure(Exception e)
    {
        var refused = e.Message.Contains("WRONGPASS", StringComparison.Ordinal) || e.Message.Contains("NOAUTH", StringComparison.Ordinal)
            || e is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure };
        var (cause, hint) = refused
            ? ("the user or password was refused", "Check the user and password in REDIS_URL (upstash.redisUrl).")
            : e is TimeoutException or RedisTimeoutException
                ? ("no answer in time", "Check that the server is up and not blocked by a slow command.")
                : ("it cannot be reached", "Check that the server is up and that REDIS_URL (upstash.redisUrl) names its address.");
        return new TierException(TierName.Upstash, "send", cause, hint, e) { CredentialsRejected = refused, Transient = !refused };
    }
}
