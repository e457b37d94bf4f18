using System.Buffers;

namespace CacheKeeper.Cleanup;

/// <summary>One frame of a receipt on its way to the disk. Its hash is filled in when its turn comes: it holds what stands before it.</summary>
internal sealed class ReceiptFrame
{
    /// <summary>The payload's length, before it.</summary>
    public const int PrefixBytes = 4;

    /// <summary>SHA-256, behind it.</summary>
    public const int HashBytes = 32;

    private readonly ArrayPool<byte> _pool;
    private readonly int _length;
    private byte[] _rented;

    /// <param name="pool">Takes the buffer back.</param>
    /// <param name="rented">A buffer of the pool with room for all three parts; the payload stands in it already.</param>
    /// <param name="length">The payload's, in bytes.</param>
    public ReceiptFrame(ArrayPool<byte> pool, byte[] rented, int length)
    {
        (_pool, _rented, _length) = (pool, rented, length);
        BitConverter.TryWriteBytes(rented, length);
    }

    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, PrefixBytes + _length + HashBytes);

    /// <summary>Whether it is on the disk.</summary>
    public bool IsDurable { get; private set; }

    /// <summary>Puts the frame behind another, by that one's hash; gives its own.</summary>
    public byte[] Chain(byte[] previous)
    {
        var hash = ReceiptFrameStore.Next(previous, _rented.AsSpan(PrefixBytes, _length));
        hash.CopyTo(_rented.AsSpan(PrefixBytes + _length));
        return hash;
    }

    /// <summary>Marks it as on the disk and gives its buffer back.</summary>
    public void Keep()
    {
        IsDurable = true;
        _pool.Return(_rented);
        _rented = [];
    }
}
