using System.Text.RegularExpressions;

namespace CacheKeeper.Client.Tiers;

/// <summary>Tells questions apart that read alike: they must hold the same numbers and the same negations, in the same order.</summary>
internal static partial class QuestionGuard
{
    public static bool Same(string one, string other) => Marks(one).SequenceEqual(Marks(other));

    private static IEnumerable<string> Marks(string text) => Mark().Matches(QueryHash.Normalize(text)).Select(mark => Plain(mark.Value));

    // "1,000" and "1000", "don't" and "do not" are the same mark.
    private static string Plain(string mark) => char.IsAsciiDigit(mark[0]) ? mark.Replace(",", "", StringComparison.Ordinal) : "not";

    [GeneratedRegex(@"\d[\d,]*(?:\.\d+)?|\b(?:not|no|never|none|without|cannot)\b|n['’]t\b")]
    private static partial Regex Mark();
}
