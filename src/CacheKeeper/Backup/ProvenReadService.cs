using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Backup;

/// <summary>The blocks of a part, read anew at each call.</summary>
internal delegate IAsyncEnumerable<ReadOnlyMemory<byte>> BlockReader(CancellationToken cancellationToken);

/// <summary>Reads a part for a restore, so that nothing is changed by a damaged one.</summary>
internal sealed class ProvenReadService(ChunkStore chunks, TierPart part)
{
    /// <summary>A preview reads the part to its end, so that it is checked on the way; where it did not, it is read once more.</summary>
    /// <exception cref="KeeperException">It is damaged.</exception>
    public async Task<RestoreTally> PreviewAsync(Func<BlockReader, Task<RestoreTally>> preview, CancellationToken cancellationToken)
    {
        var watch = new PartWatchService(chunks, part);
        try
        {
            var tally = await preview(watch.ReadAsync);
            if (!watch.IsEnded)
            {
                await CheckAsync(cancellationToken);
            }

            return watch.Problem is { } problem ? throw Unusable(problem) : tally;
        }
        catch (KeeperException e) when (watch.Problem == e.Message)
        {
            throw Unusable(e.Message);
        }
    }

    /// <summary>Writes what was not read before, in one step that an exception undoes: the last block is followed by the proof.</summary>
    /// <exception cref="KeeperException">It is damaged, and nothing was written.</exception>
    public async Task<RestoreTally> FillAsync(Func<BlockReader, Task<RestoreTally>> fill)
    {
        var watch = new PartWatchService(chunks, part);
        try
        {
            return await fill(watch.ReadWholeAsync);
        }
        catch (KeeperException e) when (watch.Problem == e.Message)
        {
            throw Unusable(e.Message);
        }
    }

    /// <exception cref="KeeperException">It is damaged.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await PartReaderService.CheckAsync(chunks, part, new Dictionary<string, LineDigest>(), _ => { }, cancellationToken) is { } problem)
        {
            throw Unusable(problem);
        }
    }

    private KeeperException Unusable(string problem) =>
        new($"{BackupText.Title(part.Tier)} cannot be restored from this backup: {problem}", "Nothing was changed. Choose another: 'cachekeeper backup list'.");
}
