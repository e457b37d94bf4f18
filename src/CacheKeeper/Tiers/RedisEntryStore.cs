using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Client;

namespace CacheKeeper.Tiers;

/// <summary>Reads keys: pages of heads by SCAN (one script a page), and whole values.</summary>
internal sealed class RedisEntryStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    private const int KeysAhead = 500;

    // A server runs what stands in a connection's buffer before it turns to others: parts in flight add up to what a reader waits for.
    private const int KeysPerPart = 50;
    private const int PartsAhead = 2;

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = filter.FullPace ? filter.Pause : filter.Pause > settings.ScanPause ? filter.Pause : settings.ScanPause;
        var (count, pauses) = (settings.KeysPerStep(pause), new PauseRunner(pause, time));
        var seen = new SeenKeys();
        var step = await commands.SendAsync("scan", Step(filter.After ?? "0", count), cancellationToken);
        while (true)
        {
            var (cursor, keys) = Scanned(step, seen);
            var owned = await owners.FindAsync(keys, filter.Scope, cancellationToken);
            var (heads, following) = filter.GlanceOnly ? await GlanceAsync(owned.Mine, cursor, count, cancellationToken) : (await HeadsAsync(owned.Mine, cancellationToken), null);
            yield return new EntryPage(filter.State == EntryState.Any ? heads : [.. heads.Where(head => Matches(head, filter))], cursor == "0" ? null : cursor, owned.Foreign);
            if (cursor == "0")
            {
                yield break;
            }

            await pauses.WaitAsync(cancellationToken);
            step = following ?? await commands.SendAsync("scan", Step(cursor, count), cancellationToken);
        }
    }

    private object[] Step(string cursor, int count) => settings.KeyPrefix.Length > 0
        ? ["SCAN", cursor, "MATCH", RedisKey.GlobEscape(settings.KeyPrefix) + "*", "COUNT", count]
        : ["SCAN", cursor, "COUNT", count];

    // The next step of the scan travels with the look at this one: half the round trips.
    private async Task<(List<EntryHead> Heads, RedisReply? Following)> GlanceAsync(List<EntryHead> keys, string cursor, int count, CancellationToken cancellationToken)
    {
        var parts = keys.Chunk(RedisCommandClient.KeysPerScript).ToList();
        object[][] several = [.. parts.Select(part => RedisCommandClient.Script(RedisScripts.Glance, part, [])), .. cursor == "0" ? (object[][])[] : [Step(cursor, count)]];
        var replies = several.Length == 0 ? [] : await commands.SendAsync(several, cancellationToken);
        var heads = new List<EntryHead>(keys.Count);
        for (var at = 0; at < parts.Count; at++)
        {
            if (RedisCommandClient.Checked("look", replies[at]).Bytes is not { } told || !GlanceReply.TryRead(told, parts[at], heads))
            {
                throw new TierException(TierName.Upstash, "look", "the script answered nonsense");
            }
        }

        return (heads, cursor == "0" ? null : RedisCommandClient.Checked("scan", replies[^1]));
    }

    public async Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await HeadsAsync((await owners.FindAsync(ids, scope, cancellationToken)).Mine, cancellationToken);

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var read = new List<StoredEntry>(entries.Count);
        foreach (var part in EntryParts.Of(entries, RedisCommandClient.KeysPerScript, RedisCommandClient.BytesPerTrip, entry => entry.Bytes))
        {
            read.AddRange((await ReadPartAsync(part, cancellationToken)).Values.Select(value => value.ToEntry()));
        }

        return read;
    }

    /// <summary>
    /// All keys of a scope with their values. Without a pause the next keys are found, and a few parts are read, while the caller works on one; each part is
    /// small enough that readers do not wait for it.
    /// </summary>
    public async IAsyncEnumerable<RedisPage> ReadAllAsync(TierScope scope, TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (seen, ahead) = (new SeenKeys(), pause > TimeSpan.Zero ? 1 : PartsAhead);
        var reading = new Queue<Task<RedisPage>>();
        try
        {
            var count = pause > TimeSpan.Zero ? settings.ScanCount : Math.Max(settings.ScanCount, KeysAhead);
            for (var step = commands.SendAsync("scan", Step("0", count), cancellationToken); ;)
            {
                var (cursor, keys) = Scanned(await step, seen);
                step = cursor == "0" ? step : commands.SendAsync("scan", Step(cursor, count), cancellationToken);
                foreach (var part in (await owners.FindAsync(keys, scope, cancellationToken)).Mine.Chunk(KeysPerPart))
                {
                    if (reading.Count == ahead)
                    {
                        yield return await reading.Dequeue();
                        await PauseAsync(pause, cancellationToken);
                    }

                    reading.Enqueue(ReadPartAsync(part, cancellationToken));
                }

                if (cursor == "0")
                {
                    break;
                }
            }

            while (reading.Count > 0)
            {
                yield return await reading.Dequeue();
            }
        }
        finally
        {
            await Task.WhenAll(reading).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => pause > TimeSpan.Zero ? Task.Delay(pause, time, cancellationToken) : Task.CompletedTask;

    // As many trips as its bytes need; almost always one.
    private async Task<RedisPage> ReadPartAsync(IReadOnlyList<EntryHead> part, CancellationToken cancellationToken)
    {
        var (values, unread) = (new List<RedisValue>(part.Count), new List<EntryHead>());
        for (var rest = part; rest.Count > 0;)
        {
            var reply = RedisCommandClient.Checked("read", await commands.TryAsync(RedisCommandClient.Script(RedisScripts.Read, rest, [RedisCommandClient.BytesPerTrip]), cancellationToken));
            rest = reply.Bytes is { } told ? ValuesReply.Read(told, rest, values, unread) : null;
            if (rest is null)
            {
                throw new TierException(TierName.Upstash, "read", "the script answered nonsense");
            }
        }

        return new RedisPage(values, unread);
    }

    private static (string Cursor, List<string> Keys) Scanned(RedisReply step, SeenKeys seen) => step.Items is [var next, { Items: { } keys }]
        ? (next.Text!, keys.Select(item => RedisKey.ToId(item.Bytes!)).Where(seen.Add).ToList())
        : throw new TierException(TierName.Upstash, "scan", "SCAN answered nonsense");

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

    private static DateTimeOffset? Expiry(RedisReply reply) => reply.Number is > 0 and var at ? RedisKey.Instant(at) : null;
}
