using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>Walks a part as a restore does, without writing anything.</summary>
internal static class PartReaderService
{
    private const int AtOnce = 4;

    /// <returns>What is wrong with it; null when every entry is there as it was.</returns>
    public static async Task<string?> CheckAsync(ChunkStore chunks, TierPart part, Action<long> progress, CancellationToken cancellationToken)
    {
        var (digest, digests, bytes) = (LineDigest.Empty, new Queue<Task<LineDigest>>(), 0L);
        try
        {
            await foreach (var block in LayerReaderService.ReadAsync(chunks, part, cancellationToken))
            {
                progress(bytes += block.Length);
                digests.Enqueue(Task.Run(() => LineDigest.Of(block.Span), cancellationToken));
                digest = digests.Count > AtOnce ? digest.Plus(await digests.Dequeue()) : digest;
            }
        }
        catch (KeeperException e)
        {
            return e.Message;
        }

        while (digests.Count > 0)
        {
            digest = digest.Plus(await digests.Dequeue());
        }

        return Judge(digest, part);
    }

    /// <returns>What is wrong with a part of which these lines were read; null when nothing is.</returns>
    public static string? Judge(LineDigest digest, TierPart part) =>
        digest.Lines != part.Entries ? $"It holds {digest.Lines:N0} entries instead of {part.Entries:N0}."
            : digest.ToString() != part.Digest ? "Its entries are not those that were read."
            : null;
}
