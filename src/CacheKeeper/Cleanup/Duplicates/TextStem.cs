using System.Buffers;
using System.Collections.Frozen;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>
/// One form for a word's harmless endings: plural, -ing, doubled letters. Past forms stay apart: a blocked card is not the wish to block one.
/// </summary>
internal static class TextStem
{
    private const int ShortestStem = 3;

    // A shorter word's final e tells it from another (plan and plane, car and care).
    private const int ShortestLosingE = 6;

    // Nouns that only look like forms of a verb.
    private static readonly FrozenSet<string> Whole = WordList.Set("savings saving checking earnings holdings billing listing rating setting settings news status business address access process goods customs pending hearing morning evening");

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    public static string Of(string word)
    {
        if (word.Length <= ShortestStem || Whole.Contains(word) || !char.IsAsciiLetter(word[0]))
        {
            return word;
        }

        var stem = Singular(word);
        if (stem.EndsWith("ed", StringComparison.Ordinal) && HasVowel(stem.AsSpan(0, stem.Length - 2)) && stem.Length - 2 >= ShortestStem)
        {
            return Undoubled(stem[..^2]) + "+ed";
        }

        return stem.EndsWith("ing", StringComparison.Ordinal) && HasVowel(stem.AsSpan(0, stem.Length - 3)) && stem.Length - 3 >= ShortestStem
            ? Infinitive(stem[..^3])
            : Undoubled(stem.EndsWith('e') && stem.Length >= ShortestLosingE ? stem[..^1] : stem);
    }

    // A short verb doubles its last letter before -ing (planning) unless it ends in a silent e (planing): so closing belongs to close. Longer words lose the e in all forms.
    private static string Infinitive(string stem) =>
        stem.Length < ShortestLosingE - 1 && !IsVowel(stem[^1]) && stem[^1] is not ('w' or 'x') && IsVowel(stem[^2]) && !IsVowel(stem[^3]) ? stem + "e" : Undoubled(stem);

    private static bool IsVowel(char letter) => Vowels.Contains(letter);

    /// <summary>The word without a plural's ending.</summary>
    public static string Singular(string word) =>
        word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4 ? word[..^3] + "y"
        : word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) ? word[..^2]
        : word.Length > 2 && word.EndsWith('s') && word[^2] is not ('s' or 'u' or 'i') ? word[..^1]
        : word;

    private static string Undoubled(string stem) =>
        stem.Length > ShortestStem && stem[^1] == stem[^2] && stem[^1] != 's' ? stem[..^1] : stem;

    private static bool HasVowel(ReadOnlySpan<char> text) => text.ContainsAny(Vowels);
}
