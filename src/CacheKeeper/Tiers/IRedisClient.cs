namespace CacheKeeper.Tiers;

/// <summary>Sends Redis commands, over REST or over RESP. Arguments are text (UTF-8) or bytes; an error of one command is its reply, not an exception.</summary>
internal interface IRedisClient : IAsyncDisposable
{
    TierMeter Meter { get; }

    /// <summary>Only text travels everywhere in a command; bytes that are none only as the last argument, beside others without NUL.</summary>
    bool CarriesText { get; }

    /// <summary>Each command is paid for, so that a script over many keys is cheaper than many plain commands.</summary>
    bool IsBilled { get; }

    /// <summary>Sends commands in one round trip (cut where the server's limits ask for it) and gives their replies in order. Parts may run side by side: no command may need another's effect.</summary>
    /// <exception cref="TierException">The server could not be reached, refused the credentials or spoke nonsense.</exception>
    Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<object[]> commands, CancellationToken cancellationToken);

    /// <summary>A connection of its own for reading much; null where there is none (REST). The caller disposes it.</summary>
    /// <exception cref="TierException">The server could not be reached, or refused the credentials.</exception>
    Task<RespPipeClient?> OpenPipeAsync(CancellationToken cancellationToken);
}
