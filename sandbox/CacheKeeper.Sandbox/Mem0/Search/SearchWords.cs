using System.Text.RegularExpressions;

namespace CacheKeeper.Sandbox.Mem0.Search;

/// <summary>What keyword and entity matching see of a text.</summary>
internal static partial class SearchWords
{
    /// <summary>Words in lower case, repetitions included.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        foreach (var match in Word().EnumerateMatches(text))
        {
            words.Add(text.Substring(match.Index, match.Length).ToLowerInvariant());
        }

        return words;
    }

    /// <summary>Names and numbers, in lower case: words with digits, words in capitals, capitalised words inside a sentence.</summary>
    public static HashSet<string> Entities(string text)
    {
        var entities = new HashSet<string>();
        foreach (var match in Name().EnumerateMatches(text))
        {
            entities.Add(text.Substring(match.Index, match.Length).ToLowerInvariant());
        }

        return entities;
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b\w*\d\w*\b|\b\p{Lu}{2,}\b|(?<=[\p{Ll},;:] )\p{Lu}\p{Ll}+\b")]
    private static partial Regex Name();
}
