namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>What a token of a text is.</summary>
internal enum TokenKind
{
    Word,
    Number,
    Currency,
    Unit,
    Date,
    Identifier,
    Symbol,
}

/// <summary>A token in its one way of writing.</summary>
/// <param name="Named">Written with a capital where an ordinary word would not be.</param>
internal readonly record struct TextToken(string Text, TokenKind Kind, bool Named = false);
