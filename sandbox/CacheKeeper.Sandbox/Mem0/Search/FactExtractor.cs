using System.Text.RegularExpressions;

namespace CacheKeeper.Sandbox.Mem0.Search;

/// <summary>Stands in for the platform's language model: every statement of some length is a fact, a question is not.</summary>
internal static partial class FactExtractor
{
    private const int FewestWords = 3;

    public static IEnumerable<string> Facts(string text) =>
        from match in Sentence().Matches(text)
        let fact = match.Value.Trim()
        where !fact.EndsWith('?') && SearchWords.Of(fact).Count >= FewestWords
        select fact;

    [GeneratedRegex(@"[^.!?\r\n]+(?:[.!?]+(?!\s|$)[^.!?\r\n]*)*[.!?]*")]
    private static partial Regex Sentence();
}
