using System.Globalization;
using System.Text;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>
/// Brings the many ways to write one text to one: compatibility characters, accents written apart, kinds of blanks, dashes and quotes, invisible marks.
/// The runtime's own normalization is switched off together with its globalization data, so the common part of NFKC stands here.
/// </summary>
internal static class TextFold
{
    private const int FullWidthOffset = 0xFEE0;

    private static readonly Dictionary<char, string> Compatible = new()
    {
        ['ﬀ'] = "ff",
        ['ﬁ'] = "fi",
        ['ﬂ'] = "fl",
        ['ﬃ'] = "ffi",
        ['ﬄ'] = "ffl",
        ['…'] = "...",
        ['½'] = "1/2",
        ['¼'] = "1/4",
        ['¾'] = "3/4",
        ['²'] = "2",
        ['³'] = "3",
        ['¹'] = "1",
        ['™'] = "tm",
        ['№'] = "no",
        ['‘'] = "'",
        ['’'] = "'",
        ['‛'] = "'",
        ['′'] = "'",
        ['`'] = "'",
        ['´'] = "'",
        ['“'] = "\"",
        ['”'] = "\"",
        ['„'] = "\"",
        ['«'] = "\"",
        ['»'] = "\"",
        ['‐'] = "-",
        ['‑'] = "-",
        ['‒'] = "-",
        ['–'] = "-",
        ['—'] = "-",
        ['―'] = "-",
        ['−'] = "-",
        ['×'] = "x",
        ['÷'] = "/",
        ['⁄'] = "/",
        ['₨'] = "Rs",
    };

    // For each combining mark: base letter and composed letter in turn.
    private static readonly Dictionary<char, string> Composed = new()
    {
        ['\u0300'] = "AÀEÈIÌOÒUÙaàeèiìoòuù",
        ['\u0301'] = "AÁEÉIÍOÓUÚYÝCĆNŃSŚZŹaáeéiíoóuúyýcćnńsśzź",
        ['\u0302'] = "AÂEÊIÎOÔUÛaâeêiîoôuû",
        ['\u0303'] = "AÃNÑOÕaãnñoõ",
        ['\u0304'] = "AĀEĒIĪOŌUŪaāeēiīoōuū",
        ['\u0307'] = "ZŻEĖIİzżeė",
        ['\u0308'] = "AÄEËIÏOÖUÜYŸaäeëiïoöuüyÿ",
        ['\u030A'] = "AÅUŮaåuů",
        ['\u030C'] = "CČDĎEĚNŇRŘSŠTŤZŽcčdďeěnňrřsštťzž",
        ['\u0327'] = "CÇSŞcçsş",
        ['\u0328'] = "AĄEĘaąeę",
    };

    /// <summary>The text with one way of writing, its letters' case kept, blanks collapsed.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (IsBlank(character))
            {
                Blank(folded);
            }
            else if (!IsInvisible(character))
            {
                Append(folded, character);
            }
        }

        return folded.ToString().TrimEnd(' ');
    }

    private static bool IsBlank(char character) => char.IsWhiteSpace(character) || char.IsControl(character);

    // Direction marks, zero-width blanks, soft hyphens, variation selectors; the joiners stay: in Indic and Persian words they carry meaning.
    private static bool IsInvisible(char character) =>
        character is not ('\u200C' or '\u200D') && (char.GetUnicodeCategory(character) == UnicodeCategory.Format || character is >= '\uFE00' and <= '\uFE0F');

    private static void Blank(StringBuilder folded)
    {
        if (folded.Length > 0 && folded[^1] != ' ')
        {
            folded.Append(' ');
        }
    }

    private static void Append(StringBuilder folded, char character)
    {
        if (character is >= '！' and <= '～')
        {
            folded.Append((char)(character - FullWidthOffset));
        }
        else if (Compatible.TryGetValue(character, out var plain))
        {
            folded.Append(plain);
        }
        else if (!(folded.Length > 0 && Composed.TryGetValue(character, out var pairs) && Compose(folded, pairs)))
        {
            folded.Append(character);
        }
    }

    private static bool Compose(StringBuilder folded, string pairs)
    {
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] == folded[^1])
            {
                folded[^1] = pairs[i + 1];
                return true;
            }
        }

        return false;
    }
}
