using System.Collections.Concurrent;
using CacheKeeper.Backup.Format;
using ZstdSharp;

namespace CacheKeeper.Backup.Repository;

/// <summary>
/// Writes one pack: chunks are named and compressed on all cores, then numbered, sealed and appended in order; where the place allows it each frame is read
/// back through the code that restores while the next ones are made. Content that the location holds already is not written again. Order of a delicate end:
/// index and footer, sync, the table of contents read back, what is left read back by the caller, publish.
/// </summary>
internal sealed class PackRunner(ChunkStore store, Pack pack, RepositoryKey key, int compressionLevel) : IAsyncDisposable
{
    private static readonly int AtOnce = Math.Clamp(Environment.ProcessorCount, 2, 4) + 1;
    private readonly Queue<Waiting> _pending = new();
    private readonly Queue<Task<(string Name, LineDigest Digest)>> _proofs = new();
    private readonly Dictionary<string, LineDigest> _proven = [];
    private readonly ConcurrentBag<Compressor> _compressors = [];
    private readonly HashSet<string> _here = [];
    private bool _published;

    /// <summary>Bytes written so far.</summary>
    public long Bytes => pack.Pending!.Length;

    public bool IsEmpty => pack.Chunks.Count == 0 && _pending.Count == 0;

    /// <summary>The digests of those chunks that were read back from the file already, by name.</summary>
    public IReadOnlyDictionary<string, LineDigest> Proven => _proven;

    /// <summary>Adds a chunk, which is disposed here.</summary>
    /// <param name="names">Takes its name, in the order of the chunks; complete after <see cref="DrainAsync"/>.</param>
    public Task AddAsync(RentedBytes chunk, ICollection<string> names, CancellationToken cancellationToken) => EnqueueAsync(chunk.Length, names, () => Prepare(chunk), cancellationToken);

    /// <summary>Takes a chunk over from another pack.</summary>
    public async Task CopyAsync(string name, CancellationToken cancellationToken)
    {
        var chunk = await store.ReadAsync(name, cancellationToken);
        await EnqueueAsync(chunk.Length, [], () => (name, Compress(chunk)), cancellationToken);
    }

    /// <summary>Waits until everything added is written.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (_pending.Count > 0)
        {
            await AppendAsync(cancellationToken);
        }

        await CollectAsync(0);
    }

    /// <summary>Closes the pack and makes it durable; its chunks can then be read through the store.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        var at = Bytes;
        await pack.Pending!.WriteAsync(pack.Sealer.Seal(Sealer.Closing, "", PackIndex.Write(pack.Chunks)), cancellationToken);
        await pack.Pending.WriteAsync(SealedFile.Footer(at), cancellationToken);
        await pack.Pending.SealAsync(cancellationToken);

        // Through the same door as a restore: what the file says, which must be what was written and read back.
        var read = await store.TryOpenAsync(pack.Name, pack.Pending.Length, (offset, length) => pack.Pending.ReadAsync(offset, length, cancellationToken));
        if (read is null || !read.Chunks.SequenceEqual(pack.Chunks))
        {
            throw new KeeperException($"The new pack {pack.Name} does not read back.", "The disk may be failing; nothing was published.");
        }

        pack.Bytes = pack.Pending.Length;
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
        await Task.WhenAll(_pending.Select(item => (Task)item.Prepared).Concat(_proofs)).ContinueWith(_ => { }, TaskScheduler.Default);
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

    private async Task EnqueueAsync(int plain, ICollection<string> names, Func<(string Name, RentedBytes? Frame)> prepare, CancellationToken cancellationToken)
    {
        while (_pending.Count >= AtOnce)
        {
            await AppendAsync(cancellationToken);
        }

        _pending.Enqueue(new Waiting(plain, names, Task.Run(prepare, CancellationToken.None)));
    }

    private (string Name, RentedBytes? Frame) Prepare(RentedBytes chunk)
    {
        using (chunk)
        {
            var name = key.NameOf(chunk.Span);
            return (name, store.Knows(name) ? null : Compress(chunk.Span));
        }
    }

    // With room for the tag.
    private RentedBytes Compress(ReadOnlySpan<byte> chunk)
    {
        var compressor = _compressors.TryTake(out var free) ? free : new Compressor(compressionLevel);
        var most = Compressor.GetCompressBound(chunk.Length);
        var frame = new RentedBytes(most + Sealer.TagBytes);
        frame.Take(compressor.Wrap(chunk, frame.Take(most).Span) + Sealer.TagBytes);
        _compressors.Add(compressor);
        return frame;
    }

    private async Task AppendAsync(CancellationToken cancellationToken)
    {
        var (plain, names, prepared) = _pending.Peek();
        var (name, frame) = await prepared;
        _pending.Dequeue();
        names.Add(name);
        using (frame)
        {
            if (frame is not null && _here.Add(name))
            {
                await WriteAsync(new PackedChunk(name, (uint)pack.Chunks.Count, Bytes, frame.Length, plain), frame, cancellationToken);
            }
        }
    }

    private async Task WriteAsync(PackedChunk chunk, RentedBytes frame, CancellationToken cancellationToken)
    {
        pack.Sealer.SealInPlace(chunk.Number, chunk.Name, frame.Take(frame.Length).Span);
        pack.Chunks.Add(chunk);
        await pack.Pending!.WriteAsync(frame.Memory, cancellationToken);
        if (pack.Pending.IsReadableBeforeSealed)
        {
            await CollectAsync(AtOnce - 1);
            _proofs.Enqueue(Task.Run(async () => (chunk.Name, await store.DigestAsync(pack, chunk, cancellationToken)), CancellationToken.None));
        }
    }

    private async Task CollectAsync(int leave)
    {
        while (_proofs.Count > leave)
        {
            var (name, digest) = await _proofs.Dequeue();
            _proven[name] = digest;
        }
    }

    private sealed record Waiting(int Plain, ICollection<string> Names, Task<(string Name, RentedBytes? Frame)> Prepared);
}
