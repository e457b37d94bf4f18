using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Client;

/// <summary>
/// Identifies a question: SHA-256, in lower-case hex, of its normalised text in UTF-8. Normalised means: white space at both ends
/// removed, every run of white space inside one blank, letters lower-cased one by one without regard to language, an unpaired
/// surrogate U+FFFD. There is no Unicode normal form: that would depend on the host's globalization data.
/// </summary>
public static class QueryHash
{
    /// <summary>64 hex digits.</summary>
    public static string Of(string query) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Normalize(query))));

    /// <summary>The text that is hashed; two questions with the same one are the same question.</summary>
    public static string Normalize(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var normal = new StringBuilder(query.Length);
        foreach (var rune in query.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune))
            {
                normal.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (normal.Length > 0 && normal[^1] != ' ')
            {
                normal.Append(' ');
            }
        }

        return normal.ToString().TrimEnd(' ');
    }

    /// <summary>Whether a text can be a query hash: 32 to 64 hex digits, as other writers of the same cache may use MD5 or SHA-1.</summary>
    public static bool IsHash(ReadOnlySpan<char> text) => text.Length is >= 32 and <= 64 && !text.ContainsAnyExcept(HexDigits);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
}
