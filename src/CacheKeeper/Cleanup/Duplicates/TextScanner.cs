using System.Text.RegularExpressions;
using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Cuts a text into tokens and tells words from numbers, money, measures, dates and identifiers, each in its one way of writing.</summary>
internal static partial class TextScanner
{
    /// <summary>The tokens of a text in their order.</summary>
    public static List<TextToken> Scan(string text)
    {
        var folded = TextFold.Fold(text).Replace("e-mail", "email", StringComparison.OrdinalIgnoreCase);
        var shouting = IsMostlyCapital(folded);
        var tokens = new List<TextToken>();
        foreach (Match match in Token().Matches(folded))
        {
            var start = StartsSentence(folded, match.Index);
            var named = !shouting && !start && char.IsUpper(match.Value[0]);
            Add(tokens, match, named);
        }

        return NumberWords.Join(tokens);
    }

    // In headlines and shouted texts a capital says nothing.
    private static bool IsMostlyCapital(string text)
    {
        var (capital, words, inside) = (0, 0, false);
        foreach (var character in text)
        {
            var letter = char.IsLetter(character);
            words += letter && !inside ? 1 : 0;
            capital += letter && !inside && char.IsUpper(character) ? 1 : 0;
            inside = char.IsLetterOrDigit(character) || character == '\'';
        }

        return words > 2 && capital * 10 >= words * 8;
    }

    private static bool StartsSentence(string text, int index)
    {
        var before = text.AsSpan(0, index).TrimEnd(" \"'([");
        return before.IsEmpty || before[^1] is '.' or '?' or '!' or ':';
    }

    private static void Add(List<TextToken> tokens, Match match, bool named)
    {
        var lower = match.Value.ToLowerInvariant();
        if (match.Groups["word"].Success)
        {
            AddWord(tokens, lower.Trim('_'), named && match.Value is not "I");
        }
        else if (match.Groups["number"].Success)
        {
            AddNumber(tokens, lower);
        }
        else if (match.Groups["mixed"].Success)
        {
            AddMixed(tokens, lower);
        }
        else if (match.Groups["symbol"].Success)
        {
            tokens.Add(Symbol(lower));
        }
        else
        {
            tokens.Add(new TextToken(lower.TrimEnd('.', ','), match.Groups["date"].Success || match.Groups["time"].Success ? TokenKind.Date : TokenKind.Identifier));
        }
    }

    private static TextToken Symbol(string symbol) =>
        CalendarWords.Currencies.TryGetValue(symbol, out var currency) ? new TextToken(currency, TokenKind.Currency)
        : CalendarWords.Units.TryGetValue(symbol, out var unit) ? new TextToken(unit, TokenKind.Unit)
        : new TextToken(symbol, TokenKind.Symbol);

    private static void AddWord(List<TextToken> tokens, string word, bool named)
    {
        if (word.Contains('_', StringComparison.Ordinal))
        {
            tokens.Add(new TextToken(word, TokenKind.Identifier));
            return;
        }

        if (Lexicon.Contractions.TryGetValue(word, out var parts))
        {
            tokens.AddRange(parts.Select(part => new TextToken(part, TokenKind.Word)));
            return;
        }

        if (word.EndsWith("n't", StringComparison.Ordinal))
        {
            tokens.Add(new TextToken(word[..^3], TokenKind.Word));
            word = "not";
        }

        var quote = word.IndexOf('\'', StringComparison.Ordinal);
        tokens.Add(Word(quote > 0 ? word[..quote] : word, named));
        if (quote > 0 && Ending(word[..quote], word[quote..]) is { } verb)
        {
            tokens.Add(new TextToken(verb, TokenKind.Word));
        }
    }

    // After a question word or pronoun 's is a verb, after a noun it shows whose.
    private static string? Ending(string word, string ending) => ending switch
    {
        "'ll" => "will",
        "'re" => "are",
        "'ve" => "have",
        "'m" => "am",
        "'d" => "would",
        "'s" when Lexicon.Function.Contains(word) => "is",
        _ => null,
    };

    private static TextToken Word(string word, bool named)
    {
        word = Lexicon.Spellings.GetValueOrDefault(word, word);
        if (CalendarWords.Currencies.TryGetValue(word, out var currency))
        {
            return new TextToken(currency, TokenKind.Currency);
        }

        if (CalendarWords.Units.TryGetValue(word, out var unit))
        {
            return new TextToken(unit, TokenKind.Unit);
        }

        return CalendarWords.Dates.TryGetValue(word, out var date) ? new TextToken(date, TokenKind.Date)
            : Numerals.Rank(word) is { } rank ? new TextToken(rank, TokenKind.Number)
            : new TextToken(word, TokenKind.Word, named);
    }

    // Commas group digits (1,00,000 or 100,000) or part a list (1,2,3).
    private static void AddNumber(List<TextToken> tokens, string digits)
    {
        var parts = Grouped().IsMatch(digits) ? [digits] : digits.Split(',', StringSplitOptions.RemoveEmptyEntries);
        tokens.AddRange(parts.Select(part => new TextToken(Numerals.Canonical(part), TokenKind.Number)));
    }

    // Letters and digits together: an amount (rs500), a measure (5gb), a rank (22nd), a scale (10k), else an identifier.
    private static void AddMixed(List<TextToken> tokens, string written)
    {
        var text = written.TrimEnd('.', ',');
        if (text.All(character => char.IsAsciiDigit(character) || character is '.' or ','))
        {
            AddNumber(tokens, text);
        }
        else if (Numerals.Rank(text) is { } rank)
        {
            tokens.Add(new TextToken(rank, TokenKind.Number));
        }
        else if (Amount().Match(text) is { Success: true } amount && CalendarWords.Currencies.TryGetValue(amount.Groups[1].Value, out var currency))
        {
            tokens.Add(new TextToken(currency, TokenKind.Currency));
            AddNumber(tokens, amount.Groups[2].Value);
        }
        else if (Measure().Match(text) is { Success: true } measure && Suffixed(tokens, measure.Groups[1].Value, measure.Groups[2].Value))
        {
            return;
        }
        else
        {
            tokens.Add(new TextToken(text, TokenKind.Identifier));
        }
    }

    private static bool Suffixed(List<TextToken> tokens, string digits, string suffix)
    {
        if (Numerals.Scale(suffix) is { } scale)
        {
            tokens.Add(new TextToken(Numerals.Times(Numerals.Canonical(digits), scale), TokenKind.Number));
            return true;
        }

        if (!CalendarWords.Suffixes.TryGetValue(suffix, out var unit))
        {
            return false;
        }

        AddNumber(tokens, digits);
        tokens.Add(new TextToken(unit, unit is "am" or "pm" ? TokenKind.Date : char.IsUpper(unit[0]) ? TokenKind.Currency : TokenKind.Unit));
        return true;
    }

    // Each repetition is bounded or eats what no other can start in: a hostile text cannot make this slow.
    [GeneratedRegex(
        """
        (?<link>(?:\b[A-Za-z][A-Za-z0-9+.\-]{0,15}://|\bwww\.)\S+)
        |(?<handle>\b[\w.+\-]{1,64}@[\w.\-]{1,255})
        |(?<date>(?<![\w.])\d{1,4}[\-/.]\d{1,2}[\-/.]\d{1,4}(?![\w]))
        |(?<time>(?<![\w.])\d{1,2}:\d{2}(?::\d{2})?(?![\w]))
        |(?<number>(?<![\w.])[\-+]?\d[\d,]*(?:\.\d+)?(?![\w]))
        |(?<mixed>(?<![\w])\w*\d[\w.,]*(?:[\-/:]\w+)*)
        |(?<word>[\p{L}\p{M}_\u200c\u200d]+(?:'[\p{L}]+)*(?:\+\+|\#)?)
        |(?<symbol>(?<=\d\s?)[\-+*/](?=\s?\d)|[\uD800-\uDBFF][\uDC00-\uDFFF]|[\p{Sc}\p{So}%<>=\u2264\u2265\u2260\u00b1~^])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"^[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$|^[-+]?\d+(?:\.\d+)?$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^([a-z]{2,4})\.?(\d[\d,]*(?:\.\d+)?)$")]
    private static partial Regex Amount();

    [GeneratedRegex(@"^(\d[\d,]*(?:\.\d+)?)([a-z]{1,5})\.?$")]
    private static partial Regex Measure();
}
