using System.Runtime.CompilerServices;

namespace CacheKeeper.Tiers;

/// <summary>All keys of a scope with their values: over a connection of its own where there is one, by scripts over REST.</summary>
internal sealed class RedisPageStore(RedisCommandClient commands, RedisOwnerStore owners, RedisSettings settings, TimeProvider time)
{
    /// <summary>
    /// Page by page, each standing until the next is asked for. Without a pause the next keys are found, and a few parts are read, while the caller works on
    /// one; each part is small enough that readers do not wait for it.
    /// </summary>
    public async IAsyncEnumerable<RedisPage> ReadAllAsync(TierScope scope, TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var pipe = await commands.OpenPipeAsync(cancellationToken);
        var read = pipe is null ? new ScriptPageClient(commands) : (IPageClient)new PipePageClient(pipe);
        var (seen, ahead) = (new SeenKeys(), pause > TimeSpan.Zero ? 1 : read.PartsAhead);
        var reading = new Queue<Task<RedisPage>>();
        try
        {
            var count = pause > TimeSpan.Zero ? settings.ScanCount : read.KeysPerStep;
            for (var step = read.ScanAsync(ScanStep.Command(settings, ScanStep.Begin, count), cancellationToken); ;)
            {
                var (cursor, keys) = ScanStep.Read(RedisCommandClient.Checked("scan", await step), seen);
                step = cursor == ScanStep.Begin ? step : read.ScanAsync(ScanStep.Command(settings, cursor, count), cancellationToken);
                foreach (var part in (await owners.FindAsync(keys, scope, cancellationToken)).Mine.Chunk(read.KeysPerPart))
                {
                    if (reading.Count == ahead)
                    {
                        using var page = await reading.Dequeue();
                        yield return page;
                        await PauseAsync(pause, cancellationToken);
                    }

                    reading.Enqueue(read.ReadAsync(part, cancellationToken));
                }

                if (cursor == ScanStep.Begin)
                {
                    break;
                }
            }

            while (reading.Count > 0)
            {
                using var page = await reading.Dequeue();
                yield return page;
            }
        }
        finally
        {
            await Task.WhenAll(reading).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => pause > TimeSpan.Zero ? Task.Delay(pause, time, cancellationToken) : Task.CompletedTask;
}
