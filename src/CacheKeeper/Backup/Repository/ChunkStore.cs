using System.Collections.Concurrent;
using System.Security.Cryptography;
using CacheKeeper.Backup.Format;
using ZstdSharp;

namespace CacheKeeper.Backup.Repository;

/// <summary>The chunks of a location: which exist and in which pack, read with every check, written in packs that nobody sees before they are whole.</summary>
internal sealed class ChunkStore(IBackupStore files, RepositoryKey key, int compressionLevel)
{
    private const string Folder = "packs";
    private readonly Dictionary<string, (Pack Pack, PackedChunk Chunk)> _known = [];
    private readonly Dictionary<string, Pack> _packs = [];
    private readonly List<string> _damage = [];
    private readonly ConcurrentBag<Decompressor> _decompressors = [];

    /// <summary>Packs whose table of contents cannot be trusted, in sentences.</summary>
    public IReadOnlyList<string> Damage => _damage;

    public IReadOnlyCollection<Pack> Packs => _packs.Values;

    /// <summary>Reads the tables of contents of all packs.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var file in await files.ListAsync(Folder, cancellationToken))
        {
            if (!_packs.ContainsKey(file.Name) && await TryOpenAsync(file.Name, file.Bytes, (offset, length) => files.ReadAsync(file.Name, offset, length, cancellationToken)) is { } pack)
            {
                Add(pack);
            }
        }
    }

    public bool Knows(string name) => _known.ContainsKey(name);

    /// <summary>Bytes that a chunk takes in the location; null when it is not there.</summary>
    public int? StoredBytes(string name) => _known.TryGetValue(name, out var found) ? found.Chunk.Stored : null;

    /// <summary>A chunk's content, decrypted, decompressed, and its name proven.</summary>
    /// <exception cref="KeeperException">It is missing or was changed.</exception>
    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var (pack, chunk) = Find(name);
        var plain = new byte[chunk.Plain];
        Open(pack, chunk, await FrameAsync(pack, chunk, cancellationToken), plain);
        return plain;
    }

    /// <summary>The digest of a chunk's lines, read with every check.</summary>
    /// <exception cref="KeeperException">It is missing or was changed.</exception>
    public Task<LineDigest> DigestAsync(string name, CancellationToken cancellationToken)
    {
        var (pack, chunk) = Find(name);
        return DigestAsync(pack, chunk, cancellationToken);
    }

    internal async Task<LineDigest> DigestAsync(Pack pack, PackedChunk chunk, CancellationToken cancellationToken)
    {
        var frame = await FrameAsync(pack, chunk, cancellationToken);
        using var plain = new RentedBytes(chunk.Plain);
        Open(pack, chunk, frame, plain.Take(chunk.Plain).Span);
        return LineDigest.Of(plain.Span);
    }

    /// <summary>Reads every chunk of a pack, needed or not.</summary>
    /// <param name="proven">Takes the digest of each.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public async Task<string?> CheckAsync(Pack pack, Action<long> progress, IDictionary<string, LineDigest> proven, CancellationToken cancellationToken)
    {
        var reading = new Queue<(PackedChunk Chunk, Task<LineDigest> Digest)>();
        try
        {
            foreach (var chunk in pack.Chunks)
            {
                await CollectAsync(reading, Environment.ProcessorCount, progress, proven);
                reading.Enqueue((chunk, Task.Run(() => DigestAsync(pack, chunk, cancellationToken), cancellationToken)));
            }

            await CollectAsync(reading, 0, progress, proven);
            return null;
        }
        catch (KeeperException e)
        {
            return e.Message;
        }
        finally
        {
            await Task.WhenAll(reading.Select(item => item.Digest)).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Begins a pack; what is added to it can be read through this store once it is sealed.</summary>
    public async Task<PackRunner> CreateAsync(CancellationToken cancellationToken)
    {
        var fileId = RandomNumberGenerator.GetBytes(16);
        var name = $"{Folder}/{Convert.ToHexStringLower(fileId)}.pack";
        var header = SealedFile.Header(SealedFile.Pack, fileId, key.Id);
        var pending = await files.CreateAsync(name, cancellationToken);
        await pending.WriteAsync(header, cancellationToken);
        return new PackRunner(this, new Pack(name, new Sealer(key.ForFile(fileId, "pack"), header)) { Pending = pending }, key, compressionLevel);
    }

    public async Task DeleteAsync(Pack pack, CancellationToken cancellationToken)
    {
        await files.DeleteAsync(pack.Name, cancellationToken);
        Forget(pack);
    }

    internal void Add(Pack pack)
    {
        _packs[pack.Name] = pack;
        foreach (var chunk in pack.Chunks)
        {
            _known[chunk.Name] = (pack, chunk);
        }
    }

    /// <summary>Forgets a pack that is gone, or was never published.</summary>
    internal void Forget(Pack pack)
    {
        _packs.Remove(pack.Name);
        foreach (var chunk in pack.Chunks.Where(chunk => _known.TryGetValue(chunk.Name, out var found) && found.Pack == pack))
        {
            _known.Remove(chunk.Name);
        }
    }

    internal async Task<Pack?> TryOpenAsync(string name, long length, Func<long, int, Task<byte[]>> readAsync)
    {
        try
        {
            var header = length < SealedFile.HeaderBytes + SealedFile.FooterBytes ? [] : await readAsync(0, SealedFile.HeaderBytes);
            var footer = header.Length == 0 ? [] : await readAsync(length - SealedFile.FooterBytes, SealedFile.FooterBytes);
            if (SealedFile.FileId(header, SealedFile.Pack, key.Id) is { } fileId && SealedFile.IndexOffset(footer, length) is { } at)
            {
                var sealer = new Sealer(key.ForFile(fileId, "pack"), header);
                var index = sealer.Open(Sealer.Closing, "", await readAsync(at, (int)Math.Min(int.MaxValue, length - SealedFile.FooterBytes - at)));
                if (index is not null && name.EndsWith(Convert.ToHexStringLower(fileId) + ".pack", StringComparison.Ordinal) && PackIndex.Read(index, at) is { } chunks)
                {
                    return new Pack(name, sealer) { Chunks = [.. chunks], Bytes = length };
                }
            }

            _damage.Add($"The pack {name} was changed, cut off, or sealed under another key.");
        }
        catch (Exception e) when (e is KeeperException or IOException)
        {
            _damage.Add($"The pack {name} cannot be read: {e.Message}");
        }

        return null;
    }

    private static async Task CollectAsync(Queue<(PackedChunk Chunk, Task<LineDigest> Digest)> reading, int leave, Action<long> progress, IDictionary<string, LineDigest> proven)
    {
        while (reading.Count > leave)
        {
            var (chunk, digest) = reading.Peek();
            proven[chunk.Name] = await digest;
            reading.Dequeue();
            progress(chunk.Stored);
        }
    }

    private (Pack Pack, PackedChunk Chunk) Find(string name) => _known.TryGetValue(name, out var found) ? found
        : throw Damaged($"Chunk {name[..12]} is missing.{(_damage.Count > 0 ? " " + string.Join(" ", _damage) : "")}");

    private Task<byte[]> FrameAsync(Pack pack, PackedChunk chunk, CancellationToken cancellationToken) =>
        pack.Pending?.ReadAsync(chunk.Offset, chunk.Stored, cancellationToken) ?? files.ReadAsync(pack.Name, chunk.Offset, chunk.Stored, cancellationToken);

    private void Open(Pack pack, PackedChunk chunk, byte[] frame, Span<byte> plain)
    {
        var decompressor = _decompressors.TryTake(out var free) ? free : new Decompressor();
        try
        {
            if (!pack.Sealer.OpenInPlace(chunk.Number, chunk.Name, frame) || decompressor.Unwrap(frame.AsSpan(0, frame.Length - Sealer.TagBytes), plain) != plain.Length || key.NameOf(plain) != chunk.Name)
            {
                throw Damaged($"Chunk {chunk.Name[..12]} in {pack.Name} was changed.");
            }
        }
        catch (ZstdException e)
        {
            throw Damaged($"Chunk {chunk.Name[..12]} in {pack.Name} does not decompress: {e.Message}");
        }
        finally
        {
            _decompressors.Add(decompressor);
        }
    }

    private static KeeperException Damaged(string what) => new(what, "Nothing of it is used. 'cachekeeper backup verify' tells which restore points are whole.");
}

/// <summary>One file of chunks.</summary>
internal sealed record Pack(string Name, Sealer Sealer)
{
    public List<PackedChunk> Chunks { get; init; } = [];

    public long Bytes { get; set; }

    /// <summary>Set while it is being written.</summary>
    public IPendingStore? Pending { get; set; }
}
