using System.Buffers;
using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Backup.Copies;

/// <summary>Lets only some lines through.</summary>
internal static class LineFilterService
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>The lines of one category; all of them when none is named.</summary>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> OfCategory(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, string? category, LineFactsReader? facts, CancellationToken cancellationToken) =>
        category is null || facts is null ? blocks : Where(blocks, line => facts(line).Category == category, cancellationToken);

    public static IAsyncEnumerable<ReadOnlyMemory<byte>> Where(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, LineTest test, CancellationToken cancellationToken) =>
        BlocksAsync(LayerReaderService.LinesAsync(blocks, cancellationToken).Where(line => test(line.Span)), cancellationToken);

    /// <summary>The lines that others do not hold word for word; both come in the order of their ids, whole numbers.</summary>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> NotIn(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, IAsyncEnumerable<ReadOnlyMemory<byte>> others, CancellationToken cancellationToken) =>
        BlocksAsync(LinesNotInAsync(blocks, others, cancellationToken), cancellationToken);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesNotInAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, IAsyncEnumerable<ReadOnlyMemory<byte>> others, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var other = LayerReaderService.LinesAsync(others, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var hasOther = await other.MoveNextAsync();
        await foreach (var line in LayerReaderService.LinesAsync(blocks, cancellationToken))
        {
            while (hasOther && LayerReaderService.Compare(other.Current.Span, line.Span) < 0)
            {
                hasOther = await other.MoveNextAsync();
            }

            if (!hasOther || !other.Current.Span.SequenceEqual(line.Span))
            {
                yield return line;
            }
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BlocksAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var block = new ArrayBufferWriter<byte>();
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            block.Write(line.Span);
            if (block.WrittenCount > BlockBytes)
            {
                yield return block.WrittenMemory;
                block = new ArrayBufferWriter<byte>();
            }
        }

        if (block.WrittenCount > 0)
        {
            yield return block.WrittenMemory;
        }
    }
}

/// <summary>Whether a line is wanted.</summary>
internal delegate bool LineTest(ReadOnlySpan<byte> line);
