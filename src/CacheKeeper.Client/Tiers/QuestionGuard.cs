using System.Text.RegularExpressions;

namespace CacheKeeper.Client.Tiers;

/// <summary>
/// Tells questions apart that read alike to a search: "exchange AUD for GBP" and "exchange GBP for AUD", "a fee of €1" and "a fee of $1",
/// "is paid" and "is not paid" all score as nearly the same.
/// </summary>
internal static partial class QuestionGuard
{
    private static readonly HashSet<string> Fillers = ["a", "an", "the", "please"];

    public static bool Same(string one, string other, SemanticGuard guard) =>
        guard == SemanticGuard.Wording ? Wording(one).SequenceEqual(Wording(other)) : Marks(one).SequenceEqual(Marks(other));

    private static IEnumerable<string> Wording(string text) => Tokens(text).Where(token => !Fillers.Contains(token));

    private static IEnumerable<string> Marks(string text) => Tokens(text).Where(token => !char.IsLetter(token[0]) || token == "not");

    // "1,000" and "1000", "don't" and "do not" are the same.
    private static IEnumerable<string> Tokens(string text) =>
        Token().Matches(Negation().Replace(QueryHash.Normalize(text), " not ")).Select(token => token.Value.Replace(",", "", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(?:not|no|never|none|without|cannot)\b|n['’]t\b")]
    private static partial Regex Negation();

    [GeneratedRegex(@"-?\d[\d,]*(?:\.\d+)?|[\p{L}\p{N}]+(?:['’][\p{L}]+)*|\p{Sc}|%")]
    private static partial Regex Token();
}
