using System.Buffers;
using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>Hashes, lists, sets and sorted sets element by element, for servers without DUMP (Upstash, Garnet). Written beside and renamed.</summary>
internal sealed class RedisTypedStore(RedisTier tier, string project)
{
    public static bool IsTyped(string kind) => kind is "hash" or "list" or "set" or "zset";

    /// <returns>Null for a key that is gone; unreadable for a type that cannot be copied here (streams, modules).</returns>
    public async Task<(StoredEntry? Entry, bool Unreadable)> ReadAsync(EntryHead head, CancellationToken cancellationToken)
    {
        var key = RedisKey.ToKey(head.Id);
        var kind = (await tier.SendAsync([["TYPE", key]], cancellationToken))[0].Text ?? "none";
        object[]? command = kind switch
        {
            "hash" => ["HGETALL", key],
            "list" => ["LRANGE", key, "0", "-1"],
            "set" => ["SMEMBERS", key],
            "zset" => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
            _ => null,
        };
        if (command is null)
        {
            return (null, kind is not ("none" or "string"));
        }

        var replies = await tier.SendAsync([command, ["PEXPIRETIME", key]], cancellationToken);
        if (replies[0].Items is not { Count: > 0 } items)
        {
            return (null, replies[0].Error is not null);
        }

        // A sorted set comes as pairs over RESP 3. The order of a set's members and a hash's fields means nothing: sorted, equal content is equal bytes.
        var elements = items.SelectMany(item => item.Items ?? [item]).Select(item => item.Bytes ?? System.Text.Encoding.UTF8.GetBytes(item.Text ?? "")).ToList();
        elements = kind switch { "set" => Sorted(elements, 1), "hash" => Sorted(elements, 2), _ => elements };
        var content = new ArrayBufferWriter<byte>();
        for (var i = 0; i < elements.Count; i++)
        {
            LineText.Write(content, elements[i], first: i == 0);
        }

        var end = replies[1].Number is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
        return (new StoredEntry(head with { ExpiresAt = end }, kind, content.WrittenMemory), false);
    }

    /// <summary>What must stand for a key like this one to be written over.</summary>
    public static string DigestOf(StoredEntry stands) => IsTyped(stands.Kind) ? RedisDigest.Of(Elements(stands.Content)) : RedisDigest.Of(stands.Content.Span);

    /// <returns>False when something else stands, and was left.</returns>
    public async Task<bool> WriteAsync(RedisPut put, CancellationToken cancellationToken)
    {
        var entry = put.Entry;
        var beside = $"cachekeeper:{project}:restore:{Guid.NewGuid():N}";
        object[] command =
        [
            "EVAL", RedisScripts.RestoreTyped, "2", beside, RedisKey.ToKey(entry.Head.Id), entry.Kind, entry.Head.ExpiresAt?.ToUnixTimeMilliseconds().ToString() ?? "", put.Over,
            .. Elements(entry.Content).Select(Convert.ToHexString),
        ];
        var replies = await tier.SendAsync([command], cancellationToken);
        if (replies.FirstOrDefault(reply => reply.Error is not null) is { } failed)
        {
            throw new TierException(TierName.Upstash, "restore", failed.Error!);
        }

        return replies[0].Number == 1;
    }

    /// <summary>Whether a dump and a standing key hold the same: dumps of equal content may differ, since a set's order in memory depends on its history.</summary>
    public async Task<bool> HoldsSameAsync(StoredEntry dump, EntryHead stands, TierScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var beside = dump.Head with { Id = $"cachekeeper:{project}:compare:{Guid.NewGuid():N}", ExpiresAt = now.AddMinutes(1) };
        try
        {
            await tier.RestoreAsync(scope, [dump with { Head = beside }], RestoreMode.Replace, now, cancellationToken);
            var (one, _) = await ReadAsync(beside, cancellationToken);
            var (other, _) = await ReadAsync(stands, cancellationToken);
            return one is not null && other is not null && one.Kind == other.Kind && one.Content.Span.SequenceEqual(other.Content.Span);
        }
        finally
        {
            await tier.SendAsync([["DEL", beside.Id]], CancellationToken.None);
        }
    }

    private static List<byte[]> Elements(ReadOnlyMemory<byte> content)
    {
        var elements = new List<byte[]>();
        for (var i = 0; i < LineText.CountFields(content.Span); i++)
        {
            elements.Add(LineText.Unescape(LineText.Field(content.Span, i)) ?? "\\N"u8.ToArray());
        }

        return elements;
    }

    private static List<byte[]> Sorted(List<byte[]> elements, int each) =>
        [.. elements.Chunk(each).OrderBy(part => Convert.ToHexString(part[0]), StringComparer.Ordinal).SelectMany(part => part)];
}
