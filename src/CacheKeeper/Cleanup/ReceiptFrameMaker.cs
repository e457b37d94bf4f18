using System.Buffers;
using CacheKeeper.Tiers;
using ZstdSharp;

namespace CacheKeeper.Cleanup;

/// <summary>Turns entries into compressed frames, one at a time; what it works with is kept for the next.</summary>
/// <param name="pool">Where a frame's memory comes from and goes back to.</param>
internal sealed class ReceiptFrameMaker(ArrayPool<byte> pool) : IDisposable
{
    // A buffer larger than this is not kept: one huge value must not weigh on the rest of the run.
    private const int LargestKept = 32 << 20;
    private readonly Compressor _compressor = new(1);
    private ArrayBufferWriter<byte> _plain = new();

    public ReceiptFrame Make(IReadOnlyList<StoredEntry> entries)
    {
        ReceiptFrameStore.Encode(entries, _plain);
        var frame = pool.Rent(ReceiptFrame.PrefixBytes + Compressor.GetCompressBound(_plain.WrittenCount) + ReceiptFrame.HashBytes);
        var length = _compressor.Wrap(_plain.WrittenSpan, frame.AsSpan(ReceiptFrame.PrefixBytes));
        _plain.ResetWrittenCount();
        _plain = _plain.Capacity > LargestKept ? new ArrayBufferWriter<byte>() : _plain;
        return new ReceiptFrame(pool, frame, length);
    }

    public void Dispose() => _compressor.Dispose();
}
