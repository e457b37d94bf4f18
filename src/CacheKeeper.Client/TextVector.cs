using System.Globalization;
using System.Numerics;
using System.Text;

namespace CacheKeeper.Client;

/// <summary>
/// A text as a fixed-length vector of hashed words and character n-grams: deterministic, the same on every machine, without a model or a corpus.
/// </summary>
/// <remarks>Signed feature hashing as in Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.</remarks>
public static class TextVector
{
    /// <summary>The number of components of every vector.</summary>
    public const int Length = 512;

    private const int ShortestGram = 3;
    private const int LongestGram = 4;
    private const float WordWeight = 1.5f;
    private const float CommonWordWeight = 0.3f;

    // Words that say little about the subject count less; their n-grams are left out.
    private static readonly HashSet<string> CommonWords =
    [
        "a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in",
        "is", "it", "its", "me", "my", "of", "on", "or", "our", "please", "s", "so", "some", "that", "the", "their", "there", "they", "this", "to", "was", "we",
        "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
    ];

    /// <summary>The vector of a text, of length 1; all zeros when the text holds no letter or digit.</summary>
    public static float[] Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var vector = new float[Length];
        foreach (var word in Words(text))
        {
            var common = CommonWords.Contains(word);
            Add(vector, word, common ? CommonWordWeight : WordWeight);
            if (!common)
            {
                AddGrams(vector, $"<{word}>");
            }
        }

        return Normalized(vector);
    }

    /// <summary>The cosine of the angle between two vectors of equal length, −1 to 1; 0 when either is all zeros.</summary>
    public static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length, nameof(right));
        double dot = 0, leftSquares = 0, rightSquares = 0;
        for (var i = 0; i < left.Length; i++)
        {
            dot += left[i] * right[i];
            leftSquares += left[i] * left[i];
            rightSquares += right[i] * right[i];
        }

        return leftSquares == 0 || rightSquares == 0 ? 0 : (float)Math.Clamp(dot / Math.Sqrt(leftSquares * rightSquares), -1, 1);
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static void AddGrams(float[] vector, string marked)
    {
        for (var length = ShortestGram; length <= LongestGram; length++)
        {
            for (var start = 0; start + length <= marked.Length; start++)
            {
                Add(vector, marked.AsSpan(start, length), 1);
            }
        }
    }

    // The low bits choose the component, the top bit the sign, so that collisions cancel out on average.
    private static void Add(float[] vector, ReadOnlySpan<char> feature, float weight)
    {
        var hash = Hash(feature);
        vector[hash % Length] += hash >> 63 == 0 ? weight : -weight;
    }

    // FNV-1a with a final mix; never string.GetHashCode, which differs from process to process.
    private static ulong Hash(ReadOnlySpan<char> feature)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in feature)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ BitOperations.RotateRight(hash, 29);
    }

    private static float[] Normalized(float[] vector)
    {
        double squares = 0;
        foreach (var value in vector)
        {
            squares += value * value;
        }

        var scale = squares == 0 ? 0 : 1 / Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] * scale);
        }

        return vector;
    }
}
