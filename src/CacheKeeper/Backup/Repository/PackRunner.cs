using System.Collections.Concurrent;
using CacheKeeper.Backup.Format;
using ZstdSharp;

namespace CacheKeeper.Backup.Repository;

/// <summary>
/// Writes one pack: chunks are named, compressed and sealed on other cores, appended in order. Content that the location holds already is not written
/// again. Order of a delicate end: index and footer, sync, read back by the caller, publish.
/// </summary>
internal sealed class PackRunner(ChunkStore store, Pack pack, RepositoryKey key, int compressionLevel) : IAsyncDisposable
{
    private static readonly int AtOnce = Math.Clamp(Environment.ProcessorCount, 2, 4);
    private readonly Queue<(string Name, int Plain, Task<byte[]?> Frame)> _pending = new();
    private readonly ConcurrentBag<Compressor> _compressors = [];
    private readonly HashSet<string> _here = [];
    private bool _published;

    /// <summary>Bytes written so far.</summary>
    public long Bytes => pack.Pending!.Length;

    public bool IsEmpty => pack.Chunks.Count == 0 && _pending.Count == 0;

    /// <summary>Adds a chunk and gives its name. The bytes must stay as they are until the pack is sealed.</summary>
    public async Task<string> AddAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        while (_pending.Count >= AtOnce)
        {
            await AppendAsync(cancellationToken);
        }

        var name = await Task.Run(() => key.NameOf(chunk.Span), cancellationToken);
        if (!store.Knows(name) && _here.Add(name))
        {
            Enqueue(name, chunk);
        }

        return name;
    }

    /// <summary>Takes a chunk over from another pack.</summary>
    public async Task CopyAsync(string name, CancellationToken cancellationToken)
    {
        var chunk = await store.ReadAsync(name, cancellationToken);
        while (_pending.Count >= AtOnce)
        {
            await AppendAsync(cancellationToken);
        }

        Enqueue(name, chunk);
    }

    /// <summary>Waits until everything added is written.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (_pending.Count > 0)
        {
            await AppendAsync(cancellationToken);
        }
    }

    /// <summary>Closes the pack and makes it durable; its chunks can then be read through the store.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        var at = Bytes;
        await pack.Pending!.WriteAsync(pack.Sealer.Seal(Sealer.Closing, "", PackIndex.Write(pack.Chunks)), cancellationToken);
        await pack.Pending.WriteAsync(SealedFile.Footer(at), cancellationToken);
        await pack.Pending.SealAsync(cancellationToken);

        // Through the same door as a restore: what the file says, not what we remember.
        var read = await store.TryOpenAsync(pack.Name, pack.Pending.Length, (offset, length) => pack.Pending.ReadAsync(offset, length, cancellationToken))
            ?? throw new KeeperException($"The new pack {pack.Name} does not read back.", "The disk may be failing; nothing was published.");
        (pack.Bytes, read.Pending) = (pack.Pending.Length, pack.Pending);
        pack.Chunks.Clear();
        pack.Chunks.AddRange(read.Chunks);
        store.Add(pack);
    }

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        await pack.Pending!.PublishAsync(cancellationToken);
        var pending = pack.Pending;
        (_published, pack.Pending) = (true, null);
        await pending.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_pending.Select(item => item.Frame)).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!_published)
        {
            store.Forget(pack);
            await pack.Pending!.DisposeAsync();
        }

        foreach (var compressor in _compressors)
        {
            compressor.Dispose();
        }
    }

    private void Enqueue(string name, ReadOnlyMemory<byte> chunk)
    {
        var number = (uint)(pack.Chunks.Count + _pending.Count);
        _pending.Enqueue((name, chunk.Length, Task.Run<byte[]?>(() => Seal(number, name, chunk.Span))));
    }

    private byte[] Seal(uint number, string name, ReadOnlySpan<byte> chunk)
    {
        var compressor = _compressors.TryTake(out var free) ? free : new Compressor(compressionLevel);
        var compressed = compressor.Wrap(chunk);
        _compressors.Add(compressor);
        return pack.Sealer.Seal(number, name, compressed);
    }

    private async Task AppendAsync(CancellationToken cancellationToken)
    {
        var (name, plain, sealing) = _pending.Peek();
        var frame = (await sealing)!;
        pack.Chunks.Add(new PackedChunk(name, (uint)pack.Chunks.Count, Bytes, frame.Length, plain));
        _pending.Dequeue();
        await pack.Pending!.WriteAsync(frame, cancellationToken);
    }
}
