using System.Buffers;
using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Repository;

/// <summary>Reads a part of a restore point as blocks of whole lines: one layer as it is, several merged by id, the newest layer's word holding.</summary>
internal static class LayerReaderService
{
    private const int Ahead = 3;
    private const int BlockBytes = 512 * 1024;

    public static IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ChunkStore chunks, TierPart part, CancellationToken cancellationToken) =>
        part.Layers.Count == 1 ? ReadLayerAsync(chunks, part.Layers[0], cancellationToken) : MergeAsync(chunks, part.Layers, cancellationToken);

    /// <summary>Lines, one by one.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in blocks.WithCancellation(cancellationToken))
        {
            for (var rest = block; rest.Length > 0;)
            {
                var end = rest.Span.IndexOf((byte)'\n') + 1;
                end = end == 0 ? rest.Length : end;
                yield return rest[..end];
                rest = rest[end..];
            }
        }
    }

    /// <summary>Less than zero when the first line's id comes before the second's: ids are whole numbers.</summary>
    public static int Compare(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => Number(first).CompareTo(Number(second));

    private static long Number(ReadOnlySpan<byte> line) => System.Buffers.Text.Utf8Parser.TryParse(LineText.Id(line), out long id, out _) ? id : throw new KeeperException("A line of the backup has no number where its id should be.");

    // The next chunks are read and opened while the caller works on this one.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLayerAsync(ChunkStore chunks, Layer layer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = new Queue<Task<byte[]>>();
        try
        {
            foreach (var name in layer.Chunks)
            {
                reading.Enqueue(Task.Run(() => chunks.ReadAsync(name, cancellationToken), cancellationToken));
                if (reading.Count >= Ahead)
                {
                    yield return await reading.Dequeue();
                }
            }

            while (reading.Count > 0)
            {
                yield return await reading.Dequeue();
            }
        }
        finally
        {
            await Task.WhenAll(reading).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> MergeAsync(ChunkStore chunks, IReadOnlyList<Layer> layers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursors = new List<IAsyncEnumerator<ReadOnlyMemory<byte>>>();
        try
        {
            foreach (var layer in layers)
            {
                var lines = LinesAsync(ReadLayerAsync(chunks, layer, cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken);
                cursors.Add(lines);
                if (!await lines.MoveNextAsync())
                {
                    await lines.DisposeAsync();
                    cursors.Remove(lines);
                }
            }

            var block = new ArrayBufferWriter<byte>(BlockBytes);
            while (cursors.Count > 0)
            {
                var winner = Winner(cursors);
                if (!LineText.IsGone(winner.Span))
                {
                    block.Write(winner.Span);
                }

                await AdvanceAsync(cursors, winner);
                if (block.WrittenCount >= BlockBytes)
                {
                    yield return block.WrittenMemory;
                    block = new ArrayBufferWriter<byte>(BlockBytes);
                }
            }

            if (block.WrittenCount > 0)
            {
                yield return block.WrittenMemory;
            }
        }
        finally
        {
            foreach (var cursor in cursors)
            {
                await cursor.DisposeAsync();
            }
        }
    }

    // The smallest id; of equal ones the newest layer's.
    private static ReadOnlyMemory<byte> Winner(List<IAsyncEnumerator<ReadOnlyMemory<byte>>> cursors)
    {
        var winner = cursors[0].Current;
        for (var i = 1; i < cursors.Count; i++)
        {
            winner = Compare(cursors[i].Current.Span, winner.Span) <= 0 ? cursors[i].Current : winner;
        }

        return winner;
    }

    private static async Task AdvanceAsync(List<IAsyncEnumerator<ReadOnlyMemory<byte>>> cursors, ReadOnlyMemory<byte> winner)
    {
        for (var i = cursors.Count - 1; i >= 0; i--)
        {
            if (Compare(cursors[i].Current.Span, winner.Span) == 0 && !await cursors[i].MoveNextAsync())
            {
                await cursors[i].DisposeAsync();
                cursors.RemoveAt(i);
            }
        }
    }
}
