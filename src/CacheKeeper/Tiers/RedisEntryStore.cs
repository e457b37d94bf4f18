using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Client;

namespace CacheKeeper.Tiers;

/// <summary>Reads keys: pages of heads by SCAN (one script a page), and whole values.</summary>
internal sealed class RedisEntryStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = filter.After ?? "0";
        var seen = new HashSet<string>();
        do
        {
            object[] command = settings.KeyPrefix.Length > 0
                ? ["SCAN", cursor, "MATCH", RedisKey.GlobEscape(settings.KeyPrefix) + "*", "COUNT", settings.ScanCount]
                : ["SCAN", cursor, "COUNT", settings.ScanCount];
            var reply = await commands.SendAsync("scan", command, cancellationToken);
            cursor = reply.Items is [var next, _] ? next.Text! : throw new TierException(TierName.Upstash, "scan", "SCAN answered nonsense");
            var keys = reply.Items[1].Items!.Select(item => RedisKey.ToId(item.Bytes!)).Where(seen.Add).ToList();
            var owned = await owners.FindAsync(keys, filter.Scope, cancellationToken);
            var heads = await HeadsAsync(owned.Mine, cancellationToken);
            yield return new EntryPage([.. heads.Where(head => Matches(head, filter))], cursor == "0" ? null : cursor, owned.Foreign);
            if (filter.Pause > TimeSpan.Zero && cursor != "0")
            {
                await Task.Delay(filter.Pause, time, cancellationToken);
            }
        }
        while (cursor != "0");
    }

    public async Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await HeadsAsync((await owners.FindAsync(ids, scope, cancellationToken)).Mine, cancellationToken);

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var read = new List<StoredEntry>(entries.Count);
        foreach (var part in entries.Chunk(RedisCommandClient.KeysPerScript))
        {
            var reply = await commands.RunScriptAsync("read", RedisScripts.Read, part, [], cancellationToken);
            for (var i = 0; i < part.Length; i++)
            {
                var kind = reply[i].Items![0].Text!;
                if (kind is not ("none" or "unreadable"))
                {
                    read.Add(new StoredEntry(part[i] with { ExpiresAt = Expiry(reply[i].Items![1]) }, kind == "string" ? "string" : "dump", reply[i].Items![2].Bytes ?? []));
                }
            }
        }

        return read;
    }

    private async Task<List<EntryHead>> HeadsAsync(List<EntryHead> keys, CancellationToken cancellationToken)
    {
        var heads = new List<EntryHead>(keys.Count);
        foreach (var part in keys.Chunk(RedisCommandClient.KeysPerScript))
        {
            var reply = await commands.RunScriptAsync("look", RedisScripts.Heads, part, [], cancellationToken);
            for (var i = 0; i < part.Length; i++)
            {
                if (reply[i].Items is [var kind, var end, var bytes, var digest, var beginning] && kind.Text != "none")
                {
                    heads.Add(part[i] with
                    {
                        Version = $"{end.Number} {digest.Text}",
                        Bytes = (bytes.Number ?? 0) + Encoding.UTF8.GetByteCount(part[i].Id),
                        ExpiresAt = Expiry(end),
                        IsCompressed = beginning.Text == ValueEnvelope.Magic,
                    });
                }
            }
        }

        return heads;
    }

    private static bool Matches(EntryHead head, EntryFilter filter) => filter.State switch
    {
        EntryState.Expired => head.IsExpired(filter.AsOf),
        EntryState.WithoutExpiry => head.ExpiresAt is null,
        EntryState.Live => !head.IsExpired(filter.AsOf),
        _ => true,
    };

    private static DateTimeOffset? Expiry(RedisReply reply) => reply.Number is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
