namespace CacheKeeper.Alerts.Conditions;

/// <summary>Kleene's three values: what is not known is neither true nor false.</summary>
internal enum Truth
{
    False,
    Unknown,
    True,
}

/// <summary>Three-valued logic.</summary>
internal static class Truths
{
    public static Truth And(this Truth left, Truth right) => (Truth)Math.Min((int)left, (int)right);

    public static Truth Or(this Truth left, Truth right) => (Truth)Math.Max((int)left, (int)right);

    public static Truth Not(this Truth value) => (Truth)(2 - (int)value);

    public static Truth Of(bool? value) => value switch
    {
        null => Truth.Unknown,
        true => Truth.True,
        false => Truth.False,
    };
}
