using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>Redis keys are bytes; ids are text. UTF-8 keys are their text, others <c>\x</c> and hex.</summary>
internal static class RedisKey
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string ToId(byte[] key)
    {
        try
        {
            var text = Strict.GetString(key);
            return text.StartsWith(@"\x", StringComparison.Ordinal) ? Hex(key) : text;
        }
        catch (DecoderFallbackException)
        {
            return Hex(key);
        }
    }

    public static byte[] ToKey(string id) => id.StartsWith(@"\x", StringComparison.Ordinal) ? Convert.FromHexString(id.AsSpan(2)) : Encoding.UTF8.GetBytes(id);

    /// <summary>The texts within a key that may be its query hash: the whole, and what follows each of its first colons.</summary>
    public static IEnumerable<string> HashCandidates(string id)
    {
        yield return id;
        var at = -1;
        for (var colons = 0; colons < 4 && (at = id.IndexOf(':', at + 1)) >= 0; colons++)
        {
            if (at + 1 < id.Length)
            {
                yield return id[(at + 1)..];
            }
        }
    }

    /// <summary>A text as a MATCH pattern that means only itself.</summary>
    public static string GlobEscape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in text)
        {
            _ = "*?[]\\^".Contains(letter, StringComparison.Ordinal) ? escaped.Append('\\').Append(letter) : escaped.Append(letter);
        }

        return escaped.ToString();
    }

    /// <summary>An instant as the server tells it; ends that only Redis can hold become the last that .NET does.</summary>
    public static DateTimeOffset Instant(long milliseconds) =>
        milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.MaxValue;

    /// <summary>An instant as commands take it.</summary>
    public static string Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString();

    private static string Hex(byte[] key) => @"\x" + Convert.ToHexString(key);
}
