using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>Checks a part while somebody else reads it to its end: what is read for a preview need not be read again to be proven.</summary>
internal sealed class PartWatchService(ChunkStore chunks, TierPart part)
{
    /// <summary>What is wrong with it; null as long as nothing is known to be.</summary>
    public string? Problem { get; private set; }

    /// <summary>Read to its end once, so <see cref="Problem"/> is the last word.</summary>
    public bool IsEnded { get; private set; }

    /// <exception cref="KeeperException">A chunk is missing or was changed.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var digest = LineDigest.Empty;
        await using var blocks = LayerReaderService.ReadAsync(chunks, part, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(blocks))
        {
            var block = blocks.Current;
            digest = digest.Plus(LineDigest.Of(block.Span));
            yield return block;
        }

        (Problem, IsEnded) = (PartReaderService.Judge(digest, part), true);
    }

    /// <summary>The same for a reader who believes nothing before the end: there it throws unless every entry was there as it was.</summary>
    /// <exception cref="KeeperException">A chunk is missing or was changed, or the entries are not those of the manifest; <see cref="Problem"/> says the same.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadWholeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in ReadAsync(cancellationToken))
        {
            yield return block;
        }

        if (Problem is { } problem)
        {
            throw new KeeperException(problem);
        }
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
