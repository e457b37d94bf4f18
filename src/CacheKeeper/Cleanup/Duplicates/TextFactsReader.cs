namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Reads off a text what a duplicate of it must state too.</summary>
internal sealed class TextFactsReader
{
    private readonly Dictionary<TokenKind, List<string>> _byKind = [];
    private readonly List<string> _negations = [];
    private readonly List<string> _opposites = [];
    private readonly List<string> _quantities = [];
    private readonly List<string> _others = [];
    private readonly List<string> _content = [];
    private readonly HashSet<string> _words = [];
    private readonly HashSet<string> _names = [];
    private readonly List<(string, string)> _parts = [];
    private readonly HashSet<string> _asks = [];
    private readonly List<string> _persons = [];
    private string? _part;

    private TextFactsReader()
    {
    }

    public static TextFacts Read(string text)
    {
        var tokens = Courtesies.Strip(TextScanner.Scan(text));
        var reader = new TextFactsReader();
        var question = text.Contains('?', StringComparison.Ordinal);
        for (var at = 0; at < tokens.Count; at++)
        {
            reader.Take(tokens, at);
            reader.Ask(tokens, at, question);
        }

        return reader.Conclude(tokens.Count > 0 && Lexicon.YesOrNo.Contains(tokens[0].Text));
    }

    private void Take(List<TextToken> tokens, int at)
    {
        var token = tokens[at];
        if (token.Kind != TokenKind.Word)
        {
            Note(token.Kind, token.Text);
            Bind(token.Text);
            return;
        }

        _words.Add(token.Text);
        if (token.Text == "to" && at > 0 && tokens[at - 1].Text is ("have" or "has" or "had"))
        {
            _words.Add("have-to");
        }

        if (token.Named)
        {
            _names.Add(token.Text);
        }

        if (CalendarWords.MonthOf(token.Text) is not null && IsBesideNumber(tokens, at))
        {
            Note(TokenKind.Date, token.Text);
        }
        else
        {
            Word(token.Text, token.Named);
        }
    }

    // A question word asks at the beginning, at the end, or anywhere before a question mark.
    private void Ask(List<TextToken> tokens, int at, bool question)
    {
        if ((question || at < 3 || at == tokens.Count - 1) && Lexicon.Asking.Contains(tokens[at].Text))
        {
            _asks.Add(tokens[at].Text);
        }
    }

    private void Person(string word)
    {
        var person = Lexicon.Self.Contains(word) ? "self" : Lexicon.You.Contains(word) ? "you" : null;
        if (person is not null && (_persons.Count == 0 || _persons[^1] != person))
        {
            _persons.Add(person);
        }
    }

    // A capital makes a name of any word: vitamin A, the US, the WHO.
    private void Word(string word, bool named)
    {
        if (Lexicon.Parts.TryGetValue(word, out var part))
        {
            _part = part;
        }

        if (Opposites.SideOf(word) is { } side)
        {
            _opposites.Add(side);
        }

        Person(word);
        if (Lexicon.Negations.Contains(word))
        {
            _negations.Add("not");
            _part = "not";
        }
        else if (CalendarWords.Placing.TryGetValue(word, out var placing))
        {
            Note(TokenKind.Date, placing);
        }
        else if (Lexicon.Quantities.TryGetValue(word, out var quantity))
        {
            _quantities.Add(quantity);
        }
        else if (Lexicon.Others.TryGetValue(word, out var other))
        {
            _others.Add(other);
        }
        else if (Numerals.Scale(word) is not null && word.Length > 2)
        {
            Note(TokenKind.Number, word);
        }
        else if (named || !Lexicon.Function.Contains(word))
        {
            Content(TextStem.Of(word));
        }
    }

    private void Content(string stem)
    {
        _content.Add(stem);
        Bind(stem);
    }

    private void Bind(string target)
    {
        if (_part is not null)
        {
            _parts.Add((_part, target));
            _part = null;
        }
    }

    private void Note(TokenKind kind, string text)
    {
        if (!_byKind.TryGetValue(kind, out var list))
        {
            _byKind[kind] = list = [];
        }

        list.Add(text);
    }

    // "may" is a month beside a number only.
    private static bool IsBesideNumber(List<TextToken> tokens, int at) =>
        (at > 0 && tokens[at - 1].Kind == TokenKind.Number) || (at + 1 < tokens.Count && tokens[at + 1].Kind == TokenKind.Number);

    private TextFacts Conclude(bool asksYesOrNo) => new()
    {
        Identifiers = Of(TokenKind.Identifier),
        Numbers = Of(TokenKind.Number),
        Currencies = Of(TokenKind.Currency),
        Units = Of(TokenKind.Unit),
        Dates = Of(TokenKind.Date),
        Symbols = Of(TokenKind.Symbol),
        Negations = string.Join(' ', _negations),
        Opposites = string.Join(' ', _opposites),
        Quantities = string.Join(' ', _quantities),
        Others = string.Join(' ', _others),
        Content = [.. _content],
        Words = _words,
        Names = _names,
        Parts = _parts,
        Asks = _asks,
        AsksYesOrNo = asksYesOrNo,
        Persons = string.Join(' ', _persons),
    };

    private string Of(TokenKind kind) => _byKind.TryGetValue(kind, out var list) ? string.Join(' ', list) : "";
}
