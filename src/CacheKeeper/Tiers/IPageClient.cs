namespace CacheKeeper.Tiers;

/// <summary>A way to read many keys with their values.</summary>
internal interface IPageClient
{
    /// <summary>Keys asked for in one step of SCAN when there is no pause between them.</summary>
    int KeysPerStep { get; }

    /// <summary>Keys of one part: few enough that readers never wait long behind it.</summary>
    int KeysPerPart { get; }

    /// <summary>Parts that are asked for, and not yet there, when there is no pause between them.</summary>
    int PartsAhead { get; }

    /// <summary>One step of SCAN, its error too.</summary>
    Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken);

    /// <summary>The values of these keys, as far as they still stand; each with the expiry that it had at the same instant.</summary>
    Task<RedisPage> ReadAsync(IReadOnlyList<EntryHead> part, CancellationToken cancellationToken);
}
