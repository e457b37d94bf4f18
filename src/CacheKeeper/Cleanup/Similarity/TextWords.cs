using System.Globalization;
using System.Text;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>The words of a text for comparing spellings: lower case, letters, digits and symbols only, one blank between.</summary>
internal static class TextWords
{
    public static string Of(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var rune in TextFold.Fold(text).EnumerateRunes())
        {
            if (Matters(rune))
            {
                words.Append(Rune.ToLowerInvariant(rune));
            }
            else if (rune.Value != '\'' && words.Length > 0 && words[^1] != ' ')
            {
                words.Append(' ');
            }
        }

        return words.ToString().TrimEnd(' ');
    }

    private static bool Matters(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherSymbol or UnicodeCategory.CurrencySymbol;
}
