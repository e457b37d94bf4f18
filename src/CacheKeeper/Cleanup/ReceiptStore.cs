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
    public async Task<ReceiptFileStore> OpenAsync(string project, string run, DateTimeOffset now, DateTimeOffset undoUntil, CancellationToken cancellationToken)
    {
        var path = PathOf(run);
        await state.ExecuteAsync(
            "INSERT INTO receipts (run, project, created_at, undo_until, file, frames, head) VALUES (@run, @project, @at, @until, @file, 0, '')",
            new { run, project, at = now.ToUnixTimeMilliseconds(), until = undoUntil.ToUnixTimeMilliseconds(), file = Path.GetFileName(path) },
            cancellationToken);
        return new ReceiptFileStore(path, run, state.BeforeEach);
    }

    /// <summary>Anchors the chain's head in the state: a tail that is cut off later is noticed.</summary>
    public Task SealAsync(string run, ReceiptFileStore receipt, CancellationToken cancellationToken) =>
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
        var hash = ReceiptFrameStore.Start(row.Run);
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

            hash = ReceiptFrameStore.Next(hash, rest.AsSpan(0, length));
            if (!hash.AsSpan().SequenceEqual(rest.AsSpan(length)))
            {
                throw new KeeperException($"The receipt of {row.Run} was changed after it was written (frame {frames + 1}).", "It is not used. Restore from a backup instead: 'cachekeeper backup list'.");
            }

            frames++;
            using var decompressor = new Decompressor();
            yield return ReceiptFrameStore.Decode(decompressor.Unwrap(rest.AsSpan(0, length)).ToArray());
        }

        if (row.Frames > 0 && (frames < row.Frames || (frames == row.Frames && Convert.ToHexString(hash) != row.Head)))
        {
            throw new KeeperException($"The receipt of {row.Run} lost frames ({frames} of {row.Frames}).", "It is not complete. Restore from a backup instead: 'cachekeeper backup list'.");
        }
    }

    /// <summary>The same frames, last first, one in memory at a time. Read them forwards once before: that proves the chain.</summary>
    public IEnumerable<IReadOnlyList<StoredEntry>> ReadBackwards(ReceiptRow row)
    {
        using var file = System.IO.File.OpenRead(PathOf(row.Run));
        using var decompressor = new Decompressor();
        var prefix = new byte[4];
        foreach (var (at, length) in Frames(file, prefix).AsEnumerable().Reverse())
        {
            file.Position = at;
            var payload = new byte[length];
            file.ReadExactly(payload);
            yield return ReceiptFrameStore.Decode(decompressor.Unwrap(payload).ToArray());
        }
    }

    // Where each whole frame's payload lies; what a crash cut off is none.
    private static List<(long At, int Length)> Frames(FileStream file, byte[] prefix)
    {
        var frames = new List<(long, int)>();
        while (file.ReadAtLeast(prefix, 4, throwOnEndOfStream: false) == 4)
        {
            var (at, length) = (file.Position, BitConverter.ToInt32(prefix));
            if (length < 0 || at + length + 32 > file.Length)
            {
                break;
            }

            frames.Add((at, length));
            file.Position = at + length + 32;
        }

        return frames;
    }

    private string PathOf(string run)
    {
        var folder = Path.Combine(state.Location.Directory, "receipts");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, run + ".receipt");
    }
}
