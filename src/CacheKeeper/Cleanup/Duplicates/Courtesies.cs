namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Takes off the politeness around a question: greetings, "can you tell me", "thanks".</summary>
internal static class Courtesies
{
    /// <summary>The tokens without openings and closings; unchanged when nothing else would be left.</summary>
    public static List<TextToken> Strip(List<TextToken> tokens)
    {
        var (begin, end) = (0, tokens.Count);
        while (Lexicon.Openings.FirstOrDefault(phrase => IsAt(tokens, begin, end, phrase)) is { } opening)
        {
            begin += opening.Length;
        }

        while (Lexicon.Closings.FirstOrDefault(phrase => end - phrase.Length >= begin && IsAt(tokens, end - phrase.Length, end, phrase)) is { } closing)
        {
            end -= closing.Length;
        }

        return begin < end ? tokens[begin..end] : tokens;
    }

    private static bool IsAt(List<TextToken> tokens, int begin, int end, string[] phrase)
    {
        if (begin + phrase.Length > end)
        {
            return false;
        }

        for (var i = 0; i < phrase.Length; i++)
        {
            if (tokens[begin + i].Text != phrase[i] || tokens[begin + i].Kind != TokenKind.Word)
            {
                return false;
            }
        }

        return true;
    }
}
