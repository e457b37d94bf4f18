namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Joins the words of a written-out number, and a number with the scale after it: "two lakh fifty thousand", "5 lakh".</summary>
internal static class NumberWords
{
    public static List<TextToken> Join(List<TextToken> tokens)
    {
        var joined = new List<TextToken>(tokens.Count);
        for (var at = 0; at < tokens.Count;)
        {
            var used = Read(tokens, at, out var number);
            joined.Add(used > 0 ? new TextToken(number, TokenKind.Number) : tokens[at]);
            at += Math.Max(used, 1);
        }

        return joined;
    }

    // The number of tokens the number at this place takes; 0 when none starts here.
    private static int Read(List<TextToken> tokens, int at, out string number)
    {
        var token = tokens[at];
        number = token.Text;
        if (token.Kind == TokenKind.Number && !token.Text.StartsWith('#'))
        {
            return 1 + Scaled(tokens, at + 1, ref number);
        }

        return token.Kind == TokenKind.Word && Numerals.Value(token.Text) is not null && !IsPronoun(tokens, at) ? Written(tokens, at, out number) : 0;
    }

    private static int Scaled(List<TextToken> tokens, int at, ref string number)
    {
        var used = 0;
        while (at + used < tokens.Count && tokens[at + used] is { Kind: TokenKind.Word } word && Numerals.Scale(word.Text) is { } scale && used < 3)
        {
            number = Numerals.Times(number, scale);
            used++;
        }

        return used;
    }

    // "this one", "which one", "the old one": no number.
    private static bool IsPronoun(List<TextToken> tokens, int at) =>
        tokens[at].Text == "one" && at > 0 && tokens[at - 1].Text is "this" or "that" or "which" or "another" or "new" or "old" or "no" or "any" or "other" or "wrong" or "right" or "each" or "every" or "same";

    // Groups below a hundred add up, "hundred" multiplies the group, larger scales close it.
    private static int Written(List<TextToken> tokens, int at, out string number)
    {
        decimal total = 0;
        decimal group = 0;
        var used = 0;
        decimal previous = 0;
        for (var i = at; i < tokens.Count && used < 24 && tokens[i].Kind == TokenKind.Word; i++)
        {
            var word = tokens[i].Text;
            if (Numerals.Value(word) is { } value && (used == 0 || previous >= 100 || (previous is >= 20 and < 100 && value < 10)))
            {
                group += value;
                previous = value;
            }
            else if (Numerals.Scale(word) is { } scale && word != "k" && previous > 0 && group < 1_000_000)
            {
                (total, group) = scale == 100 ? (total, group * 100) : (total + group * scale, 0);
                previous = scale;
            }
            else if (!(word == "and" && previous >= 100 && i + 1 < tokens.Count && Numerals.Value(tokens[i + 1].Text) is not null))
            {
                break;
            }

            used = i - at + 1;
        }

        number = Numerals.Text(total + group);
        return used;
    }
}
