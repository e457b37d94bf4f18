using System.Runtime.CompilerServices;
using System.Text;
using CacheKeeper.Client;

namespace CacheKeeper.Tiers;

/// <summary>Reads keys: pages of heads by SCAN (one script a page), and whole values.</summary>
internal sealed class RedisEntryStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    // Plain commands cost the server a third of what a script does, a connection as much as some twenty keys.
    private const int WorthAConnection = 100;

    private readonly RedisGlanceStore _glances = new(commands, owners, settings, time);

    public IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken) =>
        filter.GlanceOnly ? _glances.ScanAsync(filter, cancellationToken) : ChooseAsync(filter, cancellationToken);

    private async IAsyncEnumerable<EntryPage> ChooseAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = settings.PauseOf(filter);
        var (count, seen, pauses) = (settings.KeysPerStep(pause), new SeenKeys(), new PauseRunner(pause, time));
        for (var cursor = filter.After ?? ScanStep.Begin; ;)
        {
            (cursor, var keys) = ScanStep.Read(await commands.SendAsync("scan", ScanStep.Command(settings, cursor, count), cancellationToken), seen);
            var owned = await owners.FindAsync(keys, filter.Scope, cancellationToken);
            yield return new EntryPage(filter.Of(await HeadsAsync(owned.Mine, cancellationToken)), cursor == ScanStep.Begin ? null : cursor, owned.Foreign);
            if (cursor == ScanStep.Begin)
            {
                yield break;
            }

            await pauses.WaitAsync(cancellationToken);
        }
    }

    public async Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await HeadsAsync((await owners.FindAsync(ids, scope, cancellationToken)).Mine, cancellationToken);

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        await using var pipe = entries.Count < WorthAConnection || commands.IsBilled ? null : await commands.OpenPipeAsync(cancellationToken);
        var (pages, most) = pipe is null ? (new ScriptPageClient(commands), RedisCommandClient.KeysPerScript) : ((IPageClient)new PipePageClient(pipe), PipePageClient.MostKeys);
        var read = new List<StoredEntry>(entries.Count);
        foreach (var part in EntryParts.Of(entries, most, RedisCommandClient.BytesPerTrip, entry => entry.Bytes))
        {
            // Copies: the page's own bytes are lent.
            using var page = await pages.ReadAsync(part, cancellationToken);
            read.AddRange(page.Values.Select(value => page.Answers.Count == 0 ? value.ToEntry() : value.ToEntry() with { Content = value.Content.ToArray() }));
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

    private static DateTimeOffset? Expiry(RedisReply reply) => reply.Number is > 0 and var at ? RedisKey.Instant(at) : null;
}
