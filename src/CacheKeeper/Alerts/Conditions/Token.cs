namespace CacheKeeper.Alerts.Conditions;

/// <summary>What kind of sign a token is.</summary>
internal enum TokenKind
{
    Word,
    Number,
    Sign,
    End,
}

/// <summary>A word, number or sign of a condition; <paramref name="Position"/> counts characters from 1.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position);
