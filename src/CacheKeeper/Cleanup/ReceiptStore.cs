using System.Security.Cryptography;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using ZstdSharp;

namespace CacheKeeper.Cleanup;

/// <summary>Keeps what runs removed: one compressed file a run, hash-chained, each frame on disk before the removal it belongs to commits.</summary>
/// <remarks>
/// A frame is: length of the compressed payload (4 bytes, little endian), the payload (Zstandard), and SHA-256 over the previous frame's hash and the
/// payload. The hash before the first frame is SHA-256 of the run's name. A frame cut off by a crash is what its removal never committed: it is ignored.
/// </remarks>
internal sealed class ReceiptStore(StateStore state)
{
    /// <summary>Starts the receipt of a run.</summary>
    public async Task<Receipt> OpenAsync(string project, string run, DateTimeOffset now, DateTimeOffset undoUntil, CancellationToken cancellationToken)
    {
        var path = PathOf(run);
        await state.ExecuteAsync(
            "INSERT INTO receipts (run, project, created_at, undo_until, file, frames, head) VALUES (@run, @project, @at, @until, @file, 0, '')",
            new { run, project, at = now.ToUnixTimeMilliseconds(), until = undoUntil.ToUnixTimeMilliseconds(), file = Path.GetFileName(path) },
            cancellationToken);
        return new Receipt(path, run);
    }

    /// <summary>Anchors the chain's head in the state: a tail that is cut off later is noticed.</summary>
    public Task SealAsync(string run, Receipt receipt, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE receipts SET frames = @Frames, head = @Head WHERE run = @run", new { run, receipt.Frames, receipt.Head }, cancellationToken);

    public async Task<ReceiptRow?> FindAsync(string project, string run, CancellationToken cancellationToken) =>
        await state.FindAsync<ReceiptRow>("SELECT run AS Run, undo_until AS UndoUntil, frames AS Frames, head AS Head, undone_by AS UndoneBy FROM receipts WHERE run = @run AND project = @project", new { run, project }, cancellationToken);

    public Task MarkUndoneAsync(string run, string by, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE receipts SET undone_by = @by WHERE run = @run", new { run, by }, cancellationToken);

    /// <summary>The frames of a receipt, in the order in which they were written.</summary>
    /// <exception cref="KeeperException">A frame was changed, or frames that were there are missing.</exception>
    public IEnumerable<IReadOnlyList<StoredEntry>> Read(ReceiptRow row)
    {
        using var file = System.IO.File.OpenRead(PathOf(row.Run));
        var hash = Receipt.Start(row.Run);
        long frames = 0;
        var prefix = new byte[4];
        while (file.ReadAtLeast(prefix, 4, throwOnEndOfStream: false) == 4)
        {
            var length = BitConverter.ToInt32(prefix);
            var rest = new byte[Math.Max(0, Math.Min(length, file.Length - file.Position)) + 32];
            if (length < 0 || file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) < length + 32)
            {
                break;
            }

            hash = Receipt.Next(hash, rest.AsSpan(0, length));
            if (!hash.AsSpan().SequenceEqual(rest.AsSpan(length)))
            {
                throw new KeeperException($"The receipt of {row.Run} was changed after it was written (frame {frames + 1}).", "It is not used. Restore from a backup instead: 'cachekeeper backup list'.");
            }

            frames++;
            using var decompressor = new Decompressor();
            yield return Receipt.Decode(decompressor.Unwrap(rest.AsSpan(0, length)).ToArray());
        }

        if (row.Frames > 0 && (frames < row.Frames || (frames == row.Frames && Convert.ToHexString(hash) != row.Head)))
        {
            throw new KeeperException($"The receipt of {row.Run} lost frames ({frames} of {row.Frames}).", "It is not complete. Restore from a backup instead: 'cachekeeper backup list'.");
        }
    }

    private string PathOf(string run)
    {
        var folder = Path.Combine(state.Location.Directory, "receipts");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, run + ".receipt");
    }
}

/// <summary>A receipt as the state remembers it.</summary>
internal sealed class ReceiptRow
{
    public string Run { get; set; } = "";
    public long UndoUntil { get; set; }
    public long Frames { get; set; }
    public string Head { get; set; } = "";
    public string? UndoneBy { get; set; }
}

/// <summary>The receipt of a run while it is written.</summary>
internal sealed class Receipt : IAsyncDisposable
{
    private readonly FileStream _file;
    private byte[] _hash;

    public Receipt(string path, string run)
    {
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        _hash = Start(run);
    }

    public long Frames { get; private set; }

    public string Head => Convert.ToHexString(_hash);

    /// <summary>Puts entries on disk; returns when they are durable.</summary>
    public async Task WriteAsync(IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        using var compressor = new Compressor(1);
        var payload = compressor.Wrap(Encode(entries)).ToArray();
        _hash = Next(_hash, payload);
        await _file.WriteAsync(BitConverter.GetBytes(payload.Length), cancellationToken);
        await _file.WriteAsync(payload, cancellationToken);
        await _file.WriteAsync(_hash, cancellationToken);
        _file.Flush(flushToDisk: true);
        Frames++;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    public static byte[] Start(string run) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(run));

    public static byte[] Next(byte[] previous, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    public static byte[] Encode(IReadOnlyList<StoredEntry> entries)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(entries.Count);
        foreach (var entry in entries)
        {
            writer.Write(JsonSerializer.Serialize(entry.Head, StateJson.Options));
            writer.Write(entry.Kind);
            writer.Write(entry.Content.Length);
            writer.Write(entry.Content.Span);
        }

        writer.Flush();
        return stream.ToArray();
    }

    public static IReadOnlyList<StoredEntry> Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var entries = new StoredEntry[reader.ReadInt32()];
        for (var i = 0; i < entries.Length; i++)
        {
            var head = JsonSerializer.Deserialize<EntryHead>(reader.ReadString(), StateJson.Options)!;
            entries[i] = new StoredEntry(head, reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
        }

        return entries;
    }
}
