using System.Buffers.Binary;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>An opaque token that differs on every answer; with one server behind there is no replica to wait for.</summary>
internal sealed class SyncToken
{
    private long last;

    public string Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Interlocked.Increment(ref last));
        return Convert.ToBase64String(bytes);
    }
}
