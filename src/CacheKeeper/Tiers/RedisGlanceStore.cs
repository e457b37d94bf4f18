using System.Runtime.CompilerServices;

namespace CacheKeeper.Tiers;

/// <summary>Pages of heads without values and versions, for looking only: by plain commands over a connection of its own where that costs nothing, by scripts elsewhere.</summary>
internal sealed class RedisGlanceStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    // Without a pause the server tells of one page while the one before is counted.
    private const int PagesAhead = 1;

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = settings.PauseOf(filter);
        var (count, ahead) = (settings.KeysPerStep(pause), pause > TimeSpan.Zero ? 0 : PagesAhead);
        var (seen, pauses) = (new SeenKeys(), new PauseRunner(pause, time));
        await using var pipe = filter.FewCalls || commands.IsBilled ? null : await commands.OpenPipeAsync(cancellationToken);
        var client = pipe is null ? new ScriptGlanceClient(commands) : (IGlanceClient)new PipeGlanceClient(pipe);
        var underWay = new Queue<(string? Cursor, int Foreign, Task<List<EntryHead>> Heads)>();
        try
        {
            for (var step = client.ScanAsync(ScanStep.Command(settings, filter.After ?? ScanStep.Begin, count), cancellationToken); step is not null;)
            {
                var (cursor, keys) = ScanStep.Read(RedisCommandClient.Checked("scan", await step), seen);
                var owned = await owners.FindAsync(keys, filter.Scope, cancellationToken);
                var next = cursor == ScanStep.Begin ? null : cursor;
                (var glanced, step) = client.Begin(owned.Mine, next is null ? null : ScanStep.Command(settings, next, count), cancellationToken);
                underWay.Enqueue((next, owned.Foreign, glanced));
                while (underWay.Count > (next is null ? 0 : ahead))
                {
                    var page = underWay.Dequeue();
                    yield return new EntryPage(filter.Of(await page.Heads), page.Cursor, page.Foreign);
                    await pauses.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            await Task.WhenAll(underWay.Select(page => (Task)page.Heads)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
