using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Client;

namespace CacheKeeper.Tiers;

/// <summary>Reads keys: pages of heads by SCAN (one script a page), and whole values.</summary>
internal sealed class RedisEntryStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = filter.FullPace ? filter.Pause : filter.Pause > settings.ScanPause ? filter.Pause : settings.ScanPause;
        var (count, pauses) = (settings.KeysPerStep(pause), new PauseRunner(pause, time));
        var seen = new SeenKeys();
        var step = await commands.SendAsync("scan", ScanStep.Command(settings, filter.After ?? ScanStep.Begin, count), cancellationToken);
        while (true)
        {
            var (cursor, keys) = ScanStep.Read(step, seen);
            var owned = await owners.FindAsync(keys, filter.Scope, cancellationToken);
            var (heads, following) = filter.GlanceOnly ? await GlanceAsync(owned.Mine, cursor, count, cancellationToken) : (await HeadsAsync(owned.Mine, cancellationToken), null);
            yield return new EntryPage(filter.State == EntryState.Any ? heads : [.. heads.Where(head => Matches(head, filter))], cursor == ScanStep.Begin ? null : cursor, owned.Foreign);
            if (cursor == ScanStep.Begin)
            {
                yield break;
            }

            await pauses.WaitAsync(cancellationToken);
            step = following ?? await commands.SendAsync("scan", ScanStep.Command(settings, cursor, count), cancellationToken);
        }
    }

    // The next step of the scan travels with the look at this one: half the round trips.
    private async Task<(List<EntryHead> Heads, RedisReply? Following)> GlanceAsync(List<EntryHead> keys, string cursor, int count, CancellationToken cancellationToken)
    {
        var parts = keys.Chunk(RedisCommandClient.KeysPerScript).ToList();
        object[][] several = [.. parts.Select(part => RedisCommandClient.Script(RedisScripts.Glance, part, [])), .. cursor == ScanStep.Begin ? (object[][])[] : [ScanStep.Command(settings, cursor, count)]];
        var replies = several.Length == 0 ? [] : await commands.SendAsync(several, cancellationToken);
        var heads = new List<EntryHead>(keys.Count);
        for (var at = 0; at < parts.Count; at++)
        {
            if (RedisCommandClient.Checked("look", replies[at]).Bytes is not { } told || !GlanceReply.TryRead(told, parts[at], heads))
            {
                throw new TierException(TierName.Upstash, "look", "the script answered nonsense");
            }
        }

        return (heads, cursor == ScanStep.Begin ? null : RedisCommandClient.Checked("scan", replies[^1]));
    }

    public async Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await HeadsAsync((await owners.FindAsync(ids, scope, cancellationToken)).Mine, cancellationToken);

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var read = new List<StoredEntry>(entries.Count);
        var pages = new ScriptPageClient(commands);
        foreach (var part in EntryParts.Of(entries, RedisCommandClient.KeysPerScript, RedisCommandClient.BytesPerTrip, entry => entry.Bytes))
        {
            read.AddRange((await pages.ReadAsync(part, cancellationToken)).Values.Select(value => value.ToEntry()));
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

    private static DateTimeOffset? Expiry(RedisReply reply) => reply.Number is > 0 and var at ? RedisKey.Instant(at) : null;
}
