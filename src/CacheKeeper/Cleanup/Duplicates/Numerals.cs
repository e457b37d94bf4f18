using System.Collections.Frozen;
using System.Globalization;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Numbers in their one way of writing: 1,00,000 and one lakh are both 100000.</summary>
internal static class Numerals
{
    private const int MostDigits = 18;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly FrozenDictionary<string, decimal> Scales = new Dictionary<string, decimal>
    {
        ["hundred"] = 100,
        ["thousand"] = 1_000,
        ["k"] = 1_000,
        ["lakh"] = 100_000,
        ["lakhs"] = 100_000,
        ["lac"] = 100_000,
        ["lacs"] = 100_000,
        ["million"] = 1_000_000,
        ["mn"] = 1_000_000,
        ["millions"] = 1_000_000,
        ["crore"] = 10_000_000,
        ["crores"] = 10_000_000,
        ["cr"] = 10_000_000,
        ["billion"] = 1_000_000_000,
        ["bn"] = 1_000_000_000,
        ["trillion"] = 1_000_000_000_000,
        ["hundreds"] = 100,
        ["thousands"] = 1_000,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Ordinals = WordList.Named(
        "#1: first 1st", "#2: second 2nd", "#3: third 3rd", "#4: fourth", "#5: fifth", "#6: sixth", "#7: seventh", "#8: eighth", "#9: ninth", "#10: tenth", "#11: eleventh", "#12: twelfth", "#20: twentieth", "#100: hundredth");

    /// <summary>What a word of a written-out number is worth below a hundred; null for any other word.</summary>
    public static decimal? Value(string word) =>
        Array.IndexOf(Small, word) is >= 0 and var small ? small : word.Length > 0 && Array.IndexOf(Tens, word) is >= 2 and var tens ? tens * 10 : null;

    /// <summary>What a word such as thousand or lakh multiplies by.</summary>
    public static decimal? Scale(string word) => Scales.TryGetValue(word, out var scale) ? scale : null;

    /// <summary>A rank such as first or 22nd as <c>#22</c>; null for any other word.</summary>
    public static string? Rank(string word)
    {
        if (Ordinals.TryGetValue(word, out var name))
        {
            return name;
        }

        return word.Length > 2 && word[^2..] is "st" or "nd" or "rd" or "th" && word[..^2].All(char.IsAsciiDigit) && word.Length > 2 ? "#" + word[..^2].TrimStart('0') : null;
    }

    /// <summary>Digits in their one way of writing; leading zeros stay, they mark an id.</summary>
    public static string Canonical(string digits)
    {
        var plain = digits.Replace(",", "", StringComparison.Ordinal).TrimStart('+');
        return plain.Contains('.', StringComparison.Ordinal) ? plain.TrimEnd('0').TrimEnd('.') : plain;
    }

    /// <summary>The number times a scale; unchanged where it is too long to be a quantity.</summary>
    public static string Times(string canonical, decimal scale) =>
        canonical.Length <= MostDigits && decimal.TryParse(canonical, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < 1e15m
            ? Text(value * scale)
            : canonical + "x" + Text(scale);

    public static string Text(decimal value) => Canonical(value.ToString(CultureInfo.InvariantCulture));
}
