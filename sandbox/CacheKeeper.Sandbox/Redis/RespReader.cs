using System.Buffers.Text;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Walks the elements of one whole RESP2 reply.</summary>
internal ref struct RespReader(ReadOnlySpan<byte> reply)
{
    private readonly int total = reply.Length;
    private ReadOnlySpan<byte> rest = reply;

    /// <summary>How many bytes have been passed.</summary>
    public readonly int Position => total - rest.Length;

    /// <summary>The element's type byte: <c>+ - : $ *</c>.</summary>
    public byte Kind { get; private set; }

    /// <summary>A nil string or nil array.</summary>
    public bool IsNull { get; private set; }

    /// <summary>The text of a string, status, error or the digits of a number.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>How many elements follow that belong to this array.</summary>
    public int Length { get; private set; }

    public bool Read()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var line = rest.IndexOf("\r\n"u8);
        Kind = rest[0];
        Text = rest[1..line];
        rest = rest[(line + 2)..];
        Length = 0;
        IsNull = false;
        if (Kind is (byte)'$' or (byte)'*')
        {
            ReadLength();
        }

        return true;
    }

    /// <summary>Passes one element with all that it holds.</summary>
    public void Skip()
    {
        for (var open = 1; open > 0 && Read(); open += Length - 1)
        {
        }
    }

    private void ReadLength()
    {
        if (!Utf8Parser.TryParse(Text, out int length, out _))
        {
            throw new IOException("The Redis server sent a malformed length.");
        }

        IsNull = length < 0;
        if (Kind == (byte)'*')
        {
            Length = Math.Max(0, length);
        }
        else if (!IsNull)
        {
            Text = rest[..length];
            rest = rest[(length + 2)..];
        }
    }
}
