using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>Walks a part as a restore does, without writing anything.</summary>
internal static class PartReaderService
{
    private const int AtOnce = 4;

    /// <param name="proven">Digests of chunks that were read already, by name: those are not read again where their order does not matter.</param>
    /// <returns>What is wrong with it; null when every entry is there as it was.</returns>
    public static async Task<string?> CheckAsync(ChunkStore chunks, TierPart part, IReadOnlyDictionary<string, LineDigest> proven, Action<long> progress, CancellationToken cancellationToken)
    {
        try
        {
            var digest = part.Layers.Count == 1
                ? await DigestAsync(chunks, part.Layers[0], proven, share => progress((long)(part.PlainBytes * share)), cancellationToken)
                : await DigestMergedAsync(chunks, part, progress, cancellationToken);
            return Judge(digest, part);
        }
        catch (KeeperException e)
        {
            return e.Message;
        }
    }

    /// <returns>What is wrong with a part of which these lines were read; null when nothing is.</returns>
    public static string? Judge(LineDigest digest, TierPart part) =>
        digest.Lines != part.Entries ? $"It holds {digest.Lines:N0} entries instead of {part.Entries:N0}."
            : digest.ToString() != part.Digest ? "Its entries are not those that were read."
            : null;

    // A digest does not hang on the order of the lines, and a chunk holds whole lines: chunks can be read side by side.
    private static async Task<LineDigest> DigestAsync(ChunkStore chunks, Layer layer, IReadOnlyDictionary<string, LineDigest> proven, Action<double> progress, CancellationToken cancellationToken)
    {
        var (digest, done, reading) = (LineDigest.Empty, 0, new Queue<Task<LineDigest>>());
        try
        {
            foreach (var name in layer.Chunks)
            {
                reading.Enqueue(proven.TryGetValue(name, out var known) ? Task.FromResult(known) : Task.Run(() => chunks.DigestAsync(name, cancellationToken), cancellationToken));
                if (reading.Count > AtOnce)
                {
                    digest = digest.Plus(await reading.Dequeue());
                    progress((double)++done / layer.Chunks.Count);
                }
            }

            while (reading.Count > 0)
            {
                digest = digest.Plus(await reading.Dequeue());
            }

            return digest;
        }
        finally
        {
            await Task.WhenAll(reading).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task<LineDigest> DigestMergedAsync(ChunkStore chunks, TierPart part, Action<long> progress, CancellationToken cancellationToken)
    {
        var (digest, bytes) = (LineDigest.Empty, 0L);
        await foreach (var block in LayerReaderService.ReadAsync(chunks, part, cancellationToken))
        {
            progress(bytes += block.Length);
            digest = digest.Plus(LineDigest.Of(block.Span));
        }

        return digest;
    }
}
