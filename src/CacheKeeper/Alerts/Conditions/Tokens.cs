namespace CacheKeeper.Alerts.Conditions;

/// <summary>Cuts a condition's text into words, numbers and signs.</summary>
internal static class Tokens
{
    private const string Signs = "()<>=!,%/≤≥≠-";

    /// <returns>The tokens, the last one an end; or the first character that belongs nowhere.</returns>
    public static (IReadOnlyList<Token> Tokens, ConditionError? Error) Of(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var length = LengthAt(text, at, out var kind);
            if (length == 0)
            {
                return (tokens, new ConditionError(at + 1, $"'{Shown(text[at])}' has no meaning here."));
            }

            tokens.Add(new Token(kind, text.Substring(at, length), at + 1));
            at += length;
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length + 1));
        return (tokens, null);
    }

    private static int LengthAt(string text, int at, out TokenKind kind)
    {
        var first = text[at];
        kind = IsWordStart(first) ? TokenKind.Word : char.IsAsciiDigit(first) ? TokenKind.Number : TokenKind.Sign;
        return kind switch
        {
            TokenKind.Word => Span(text, at, character => IsWordStart(character) || char.IsAsciiDigit(character)),
            TokenKind.Number => NumberLength(text, at),
            _ when !Signs.Contains(first, StringComparison.Ordinal) => 0,
            _ => "<>!=".Contains(first, StringComparison.Ordinal) && at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1,
        };
    }

    private static int NumberLength(string text, int at)
    {
        var whole = Span(text, at, char.IsAsciiDigit);
        var point = at + whole;
        return point + 1 < text.Length && text[point] == '.' && char.IsAsciiDigit(text[point + 1]) ? whole + 1 + Span(text, point + 1, char.IsAsciiDigit) : whole;
    }

    private static int Span(string text, int at, Func<char, bool> belongs)
    {
        var end = at;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return end - at;
    }

    private static bool IsWordStart(char character) => char.IsAsciiLetter(character) || character == '_';

    private static string Shown(char character) => char.IsControl(character) || char.IsSurrogate(character) ? $"U+{(int)character:X4}" : character.ToString();
}
