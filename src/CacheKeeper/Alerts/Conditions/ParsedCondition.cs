namespace CacheKeeper.Alerts.Conditions;

/// <summary>A mistake in a condition's text; <paramref name="Position"/> counts characters from 1.</summary>
internal sealed record ConditionError(int Position, string Message)
{
    public override string ToString() => $"at character {Position}: {Message}";
}

/// <summary>A condition ready to be judged. Where <paramref name="Given"/> does not hold, nothing is judged (too little traffic, for example).</summary>
internal sealed record ParsedCondition(string Text, Condition Root, Condition? Given);
