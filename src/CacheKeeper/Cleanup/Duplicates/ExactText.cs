using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>The form in which two texts must be equal to be exact duplicates: case, blanks, kinds of quotes and the closing punctuation do not count.</summary>
internal static class ExactText
{
    /// <summary>Empty for a text that says nothing; such texts are never duplicates of each other.</summary>
    public static string Of(string text)
    {
        var plain = TextFold.Fold(text).ToLowerInvariant().Trim('"', '\'', ' ');
        return plain.TrimEnd('.', '?', '!', ',', ';', ':', ' ');
    }
}
