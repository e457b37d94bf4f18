namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>
/// What a text's spelling is compared by: its tokens in their one way of writing, without courtesies and grammar. Formats cannot make equal texts unlike; what must not differ,
/// the guards look at.
/// </summary>
internal static class ReadableText
{
    public static string Of(string text)
    {
        var tokens = Courtesies.Strip(TextScanner.Scan(text));
        var telling = tokens.Where(token => token.Kind != TokenKind.Word || !Lexicon.Function.Contains(token.Text)).ToList();
        return string.Join(' ', (telling.Count > 0 ? telling : tokens).Select(token => token.Kind == TokenKind.Word ? TextStem.Of(token.Text) : token.Text));
    }
}
