using System.Buffers;
using System.Globalization;
using System.Text;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Unescapes a JSON string the forgiving way: half a surrogate pair or broken UTF-8 becomes U+FFFD instead of an error.</summary>
internal static class JsonText
{
    /// <param name="raw">Between the quotes, already found well-formed by a JSON reader.</param>
    /// <param name="output">Receives UTF-8.</param>
    public static void Unescape(ReadOnlySpan<byte> raw, IBufferWriter<byte> output)
    {
        var text = Encoding.UTF8.GetString(raw);
        var built = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\')
            {
                built.Append(text[index]);
            }
            else if (text[++index] == 'u')
            {
                built.Append((char)int.Parse(text.AsSpan(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                index += 4;
            }
            else
            {
                built.Append(Simple(text[index]));
            }
        }

        output.Write(Encoding.UTF8.GetBytes(built.ToString()));
    }

    private static char Simple(char escaped) => escaped switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        var same => same,
    };
}
