namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>
/// Judges the words in which two texts differ. One foreign word in an otherwise equal text is the mark of a near-miss (a city, a name, a product); many, all over the text, with
/// the same meaning found by the encoder, are the mark of a paraphrase.
/// </summary>
internal static class Wording
{
    // A paraphrase rewords in at least so many places, with at least so many words of its own.
    private const int FewestPlaces = 3;

    // Longer texts are compared as sets: the table below grows with the product of both lengths.
    private const int LongestAligned = 400;

    public static string? Holding(TextFacts left, TextFacts right, bool paraphrase)
    {
        var (onlyLeft, onlyRight) = (Only(left.Content, right.Content), Only(right.Content, left.Content));
        if (onlyLeft.Count == 0 && onlyRight.Count == 0)
        {
            return left.Content.Length == 0 ? Bare(left, right) : left.Content.AsSpan().SequenceEqual(right.Content) ? null : "order";
        }

        if (onlyLeft.Any(word => onlyRight.Any(other => Opposites.AreTurned(word, other))))
        {
            return "negation";
        }

        if (left.Names.Any(name => !right.Words.Contains(name)) || right.Names.Any(name => !left.Words.Contains(name)))
        {
            return "names";
        }

        return paraphrase && IsReworded(left.Content, right.Content, onlyLeft, onlyRight) ? null : "wording";
    }

    // Texts of grammar words only ("who are you", "how are you") have nothing else to be told by.
    private static string? Bare(TextFacts left, TextFacts right) => left.Words.SetEquals(right.Words) ? null : "wording";

    private static List<string> Only(string[] words, string[] others)
    {
        var counts = others.CountBy(word => word).ToDictionary();
        var only = new List<string>();
        foreach (var word in words)
        {
            if (counts.TryGetValue(word, out var count) && count > 0)
            {
                counts[word] = count - 1;
            }
            else
            {
                only.Add(word);
            }
        }

        return only;
    }

    private static bool IsReworded(string[] left, string[] right, List<string> onlyLeft, List<string> onlyRight) =>
        onlyLeft.Count >= FewestPlaces && onlyRight.Count >= FewestPlaces && left.Length <= LongestAligned && right.Length <= LongestAligned && Places(left, right) >= FewestPlaces;

    // The number of separate places in which an alignment by the longest common subsequence differs.
    private static int Places(string[] left, string[] right)
    {
        var lengths = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = left[i] == right[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        var (places, inside) = (0, false);
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                (i, j, inside) = (i + 1, j + 1, false);
                continue;
            }

            places += inside ? 0 : 1;
            inside = true;
            _ = j < right.Length && (i == left.Length || lengths[i, j + 1] >= lengths[i + 1, j]) ? j++ : i++;
        }

        return places;
    }
}
