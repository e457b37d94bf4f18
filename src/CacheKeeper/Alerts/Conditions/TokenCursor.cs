namespace CacheKeeper.Alerts.Conditions;

/// <summary>A place among tokens. After the first failure nothing more is reported, since what follows would be guesses.</summary>
internal sealed class TokenCursor(IReadOnlyList<Token> tokens, List<ConditionError> errors)
{
    private int _index;

    public Token Current => tokens[_index];

    public void Next() => _index = Math.Min(_index + 1, tokens.Count - 1);

    /// <summary>Steps over the text if it stands here.</summary>
    public bool Take(string text)
    {
        if (Current.Text != text || Current.Kind == TokenKind.End)
        {
            return false;
        }

        Next();
        return true;
    }

    public bool Expect(string text)
    {
        if (Take(text))
        {
            return true;
        }

        Fail(Current.Kind == TokenKind.End ? $"'{text}' is missing." : $"'{text}' is expected, not '{Current.Text}'.");
        return false;
    }

    public void Fail(string message) => Report(Current.Position, message);

    public T? Fail<T>(string message)
        where T : class
    {
        Fail(message);
        return null;
    }

    /// <summary>Notes a mistake of meaning (unknown metric, wrong unit); reading goes on.</summary>
    public void Report(int position, string message)
    {
        if (errors.All(error => error.Position != position))
        {
            errors.Add(new ConditionError(position, message));
        }
    }
}
