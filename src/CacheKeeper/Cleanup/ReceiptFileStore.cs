using System.Buffers;
using CacheKeeper.Tiers;
using ZstdSharp;

namespace CacheKeeper.Cleanup;

/// <summary>The receipt of a run while it is written. Removals under way side by side write one after another.</summary>
internal sealed class ReceiptFileStore(string path, string run, Action<string>? beforeEach) : IAsyncDisposable
{
    // A buffer larger than this is not kept: one huge value must not weigh on the rest of the run.
    private const int LargestKept = 32 << 20;
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Compressor _compressor = new(1);
    private MemoryStream _plain = new();
    private bool _broken;
    private byte[] _hash = ReceiptFrameStore.Start(run);

    public long Frames { get; private set; }

    public string Head => Convert.ToHexString(_hash);

    /// <summary>Puts entries on disk; returns when they are durable.</summary>
    public async Task WriteAsync(IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            // After a failed write nobody knows what stands at the end: a frame behind it could never be read again.
            if (_broken)
            {
                throw new IOException("the receipt could not be written to its end, so nothing more is removed");
            }

            _broken = true;
            await WriteFrameAsync(entries, cancellationToken);
            _broken = false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _compressor.Dispose();
        _turn.Dispose();
        await _plain.DisposeAsync();
    }

    private async Task WriteFrameAsync(IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        _plain.SetLength(0);
        ReceiptFrameStore.Encode(entries, _plain);
        var plain = _plain.GetBuffer().AsMemory(0, (int)_plain.Length);
        var frame = ArrayPool<byte>.Shared.Rent(4 + Compressor.GetCompressBound(plain.Length) + 32);
        try
        {
            var length = _compressor.Wrap(plain.Span, frame.AsSpan(4));
            BitConverter.TryWriteBytes(frame, length);
            var hash = ReceiptFrameStore.Next(_hash, frame.AsSpan(4, length));
            hash.CopyTo(frame.AsSpan(4 + length));
            beforeEach?.Invoke("receipt write");
            await _file.WriteAsync(frame.AsMemory(0, 4 + length + hash.Length), cancellationToken);
            beforeEach?.Invoke("receipt flush");
            _file.Flush(flushToDisk: true);
            _hash = hash;
            Frames++;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
            if (_plain.Capacity > LargestKept)
            {
                _plain = new MemoryStream();
            }
        }
    }
}
