using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>Checks a part while somebody else reads it to its end: what is read for a preview need not be read again to be proven.</summary>
internal sealed class PartWatchService(ChunkStore chunks, TierPart part)
{
    private const int AtOnce = 4;

    /// <summary>What is wrong with it; null as long as nothing is known to be.</summary>
    public string? Problem { get; private set; }

    /// <summary>Read to its end once, so <see cref="Problem"/> is the last word.</summary>
    public bool IsEnded { get; private set; }

    /// <exception cref="KeeperException">A chunk is missing or was changed.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (digest, digests) = (LineDigest.Empty, new Queue<Task<LineDigest>>());
        await using var blocks = LayerReaderService.ReadAsync(chunks, part, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(blocks))
        {
            var block = blocks.Current;
            digests.Enqueue(Task.Run(() => LineDigest.Of(block.Span), CancellationToken.None));
            digest = digests.Count > AtOnce ? digest.Plus(await digests.Dequeue()) : digest;
            yield return block;
        }

        while (digests.Count > 0)
        {
            digest = digest.Plus(await digests.Dequeue());
        }

        (Problem, IsEnded) = (PartReaderService.Judge(digest, part), true);
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> blocks)
    {
        try
        {
            return await blocks.MoveNextAsync();
        }
        catch (KeeperException e)
        {
            (Problem, IsEnded) = (e.Message, true);
            throw;
        }
    }
}
