namespace CacheKeeper.Tiers;

/// <summary>Sends single commands and scripts over many keys, and turns a refused command into a sentence.</summary>
internal sealed class RedisCommandClient(IRedisClient client)
{
    /// <summary>Keys of one script: few enough that the server is never busy for long.</summary>
    public const int KeysPerScript = 250;

    /// <summary>Bytes of the values that one round trip reads at most, one larger value alone excepted.</summary>
    public const long BytesPerTrip = 4 << 20;

    public bool CarriesText => client.CarriesText;

    public bool IsBilled => client.IsBilled;

    /// <summary>A connection of its own for reading much; null where there is none.</summary>
    public Task<RespPipeClient?> OpenPipeAsync(CancellationToken cancellationToken) => client.OpenPipeAsync(cancellationToken);

    /// <summary>One script over parts of keys, all in one round trip; each part's answer has one item a key.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<RedisReply>>> RunScriptsAsync(
        string operation, string script, IReadOnlyList<IReadOnlyList<EntryHead>> parts, Func<IReadOnlyList<EntryHead>, IReadOnlyList<object>> arguments, CancellationToken cancellationToken)
    {
        var replies = await client.SendAsync([.. parts.Select(part => Script(script, part, arguments(part)))], cancellationToken);
        return [.. replies.Select((reply, at) => Items(operation, reply, parts[at].Count))];
    }

    /// <summary>One script over many keys; its answer has one item a key.</summary>
    public async Task<IReadOnlyList<RedisReply>> RunScriptAsync(string operation, string script, IReadOnlyList<EntryHead> keys, IReadOnlyList<object> arguments, CancellationToken cancellationToken)
    {
        return Items(operation, await TryAsync(Script(script, keys, arguments), cancellationToken), keys.Count);
    }

    public static object[] Script(string script, IReadOnlyList<EntryHead> keys, IReadOnlyList<object> arguments) =>
        ["EVAL", script, keys.Count.ToString(), .. keys.Select(key => RedisKey.ToKey(key.Id)), .. arguments];

    /// <summary>A script's answer: one item a key.</summary>
    public static IReadOnlyList<RedisReply> Items(string operation, RedisReply reply, int keys) =>
        Checked(operation, reply).Items is { } items && items.Count == keys ? items : throw new TierException(TierName.Upstash, operation, "the script answered nonsense");

    public async Task<RedisReply> SendAsync(string operation, object[] command, CancellationToken cancellationToken) => Checked(operation, await TryAsync(command, cancellationToken));

    public Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<object[]> several, CancellationToken cancellationToken) => client.SendAsync(several, cancellationToken);

    /// <summary>The reply, or its refusal as a sentence.</summary>
    public static RedisReply Checked(string operation, RedisReply reply) => reply.Error is { } error
        ? throw new TierException(TierName.Upstash, operation, error, RedisRights.Advice(error))
        : reply;

    /// <summary>One command whose error is an answer too.</summary>
    public async Task<RedisReply> TryAsync(object[] command, CancellationToken cancellationToken) => (await client.SendAsync([command], cancellationToken))[0];
}
