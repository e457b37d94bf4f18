using System.Buffers;
using System.Buffers.Text;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>
/// Replies as raw RESP2 bytes in one buffer. Finding their ends resumes where it stopped, so a large reply in many packets is walked once.
/// </summary>
internal sealed class RespReplies : IDisposable
{
    private const int FirstSize = 16 * 1024;
    private readonly List<int> ends = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int filled;
    private int scanned;
    private long open;
    private int expected;

    public int Count => ends.Count;

    public bool IsComplete => ends.Count >= expected;

    /// <summary>Whether bytes follow the last expected reply.</summary>
    public bool HasMore => IsComplete && filled > (ends.Count == 0 ? 0 : ends[^1]);

    public ReadOnlySpan<byte> this[int index] => buffer.AsSpan(Start(index)..ends[index]);

    public ReadOnlyMemory<byte> Memory(int index) => buffer.AsMemory(Start(index)..ends[index]);

    /// <summary>So many more replies are awaited.</summary>
    public void Expect(int count) => expected = ends.Count + count;

    public Memory<byte> Space()
    {
        if (filled == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsMemory(filled);
    }

    public void Advance(int read)
    {
        filled += read;
        while (!IsComplete && Step())
        {
        }
    }

    /// <summary>Forgets the replies read so far and keeps what came after them: for streams that never end.</summary>
    public void Drop()
    {
        var consumed = ends.Count == 0 ? 0 : ends[^1];
        buffer.AsSpan(consumed..filled).CopyTo(buffer);
        filled -= consumed;
        scanned -= consumed;
        ends.Clear();
        expected = 1;
        while (!IsComplete && Step())
        {
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        filled = 0;
    }

    private int Start(int index) => index == 0 ? 0 : ends[index - 1];

    /// <summary>Passes one element when it is whole; an array opens as many as it announces.</summary>
    private bool Step()
    {
        var line = buffer.AsSpan(scanned, filled - scanned).IndexOf("\r\n"u8);
        if (line < 0)
        {
            return false;
        }

        var (next, children) = Measure(line);
        if (next > filled)
        {
            return false;
        }

        scanned = next;
        open = (open == 0 ? 1 : open) - 1 + children;
        if (open == 0)
        {
            ends.Add(scanned);
        }

        return true;
    }

    private (int Next, long Children) Measure(int line)
    {
        var after = scanned + line + 2;
        return buffer[scanned] switch
        {
            (byte)'+' or (byte)'-' or (byte)':' => (after, 0),
            (byte)'$' => (Length(line) is var length and >= 0 ? checked(after + (int)length + 2) : after, 0),
            (byte)'*' => (after, Math.Max(0, Length(line))),
            var other => throw new IOException($"The Redis server answered with an unknown type 0x{other:x2}."),
        };
    }

    private long Length(int line) =>
        Utf8Parser.TryParse(buffer.AsSpan(scanned + 1, line - 1), out long length, out var used) && used == line - 1
            ? length
            : throw new IOException("The Redis server sent a malformed length.");
}
