using System.Collections.Frozen;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Builds the word lists of this room from readable text.</summary>
internal static class WordList
{
    /// <summary>A set from words with blanks between.</summary>
    public static FrozenSet<string> Set(params string[] lines) => lines.SelectMany(Words).ToFrozenSet();

    /// <summary>A map from lines such as <c>"INR: rs rupee rupees"</c>: each word to the name of the first line that has it.</summary>
    public static FrozenDictionary<string, string> Named(params string[] lines) =>
        lines.Select(line => line.Split(':', 2)).SelectMany(parts => Words(parts[1]).Select(word => (Word: word, Name: parts[0])))
            .DistinctBy(pair => pair.Word).ToFrozenDictionary(pair => pair.Word, pair => pair.Name);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
