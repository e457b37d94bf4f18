namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>
/// Says why two texts, however alike, must not be merged. Likeness is no proof: two long texts that differ in one amount, one name or one "not" are nearly equal to every measure of it.
/// </summary>
internal static class MergeGuard
{
    /// <summary>The name of the guard that holds a merge back; null when the texts may be merged.</summary>
    /// <param name="paraphrase">Whether the sentence encoder, not the spelling alone, finds both of one meaning.</param>
    public static string? Holding(TextFacts left, TextFacts right, bool paraphrase) =>
        Stated(left, right) ?? Asked(left, right) ?? PartsSwapped(left, right) ?? Wording.Holding(left, right, paraphrase);

    // What is stated outright must be stated by both, in the same order.
    private static string? Stated(TextFacts left, TextFacts right) =>
        left.Identifiers != right.Identifiers ? "identifiers"
        : left.Numbers != right.Numbers ? "numbers"
        : left.Currencies != right.Currencies ? "currency"
        : left.Units != right.Units ? "units"
        : left.Dates != right.Dates ? "dates"
        : left.Negations != right.Negations ? "negation"
        : AreOpposed(left.Opposites, right.Opposites) ? "direction"
        : left.Quantities != right.Quantities ? "quantity"
        : left.Others != right.Others || IsOtherPerson(left, right) || IsOtherPerson(right, left) ? "person"
        : left.Symbols != right.Symbols ? "symbols"
        : null;

    // One takes a side, the other its opposite; or both take both sides, in another order.
    private static bool AreOpposed(string left, string right)
    {
        if (left == right)
        {
            return false;
        }

        string[] sides = left.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] others = right.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return sides.Order().SequenceEqual(others.Order()) || sides.Except(others).Any(side => others.Except(sides).Contains(Opposite(side)))
            || sides.Any(side => others.Contains(Opposite(side)) && !(sides.Contains(Opposite(side)) && others.Contains(side)));
    }

    private static string Opposite(string side) => side[..^1] + (side[^1] == '+' ? '-' : '+');

    // "my limit" and "your limit" are two limits ("the limit" may be either); what I call you is not what you call me.
    private static bool IsOtherPerson(TextFacts left, TextFacts right) =>
        (left.Words.Overlaps(["my", "our"]) && !left.Words.Contains("your") && right.Words.Contains("your") && !right.Words.Overlaps(["my", "our"]))
        || (left.Persons.Contains(' ', StringComparison.Ordinal) && right.Persons.Contains(' ', StringComparison.Ordinal) && left.Persons != right.Persons)
        || (left.Persons == "self" && right.Persons == "you")
        || (left.Words.Contains("me") && !right.Persons.Contains("self", StringComparison.Ordinal));

    private static string? Asked(TextFacts left, TextFacts right)
    {
        if (AreOtherQuestions(left, right) || AreOtherQuestions(right, left))
        {
            return "question";
        }

        if (Turns(left, right, Lexicon.Future, Lexicon.Past) || Turns(right, left, Lexicon.Future, Lexicon.Past)
            || Turns(left, right, Lexicon.Present, Lexicon.Past) || Turns(right, left, Lexicon.Present, Lexicon.Past))
        {
            return "tense";
        }

        var how = left.Asks.Contains("how") && right.Asks.Contains("how");
        var mayNot = left.Negations.Length > 0 && left.Words.Overlaps(Lexicon.Leave) != right.Words.Overlaps(Lexicon.Leave);
        return mayNot || (!how && (Turns(left, right, Lexicon.Duty, Lexicon.Leave) || Turns(right, left, Lexicon.Duty, Lexicon.Leave))) ? "modality" : null;
    }

    // Another question word; or a question word against a question for yes or no. "How do I pay" and plain "pay" may be one: how and what begin requests of every kind.
    private static bool AreOtherQuestions(TextFacts left, TextFacts right)
    {
        var only = left.Asks.Except(right.Asks).ToList();
        return only.Count > 0 && (right.Asks.Count > 0 || right.AsksYesOrNo || only.Exists(word => word is not ("how" or "what")));
    }

    private static bool Turns(TextFacts left, TextFacts right, IReadOnlySet<string> one, IReadOnlySet<string> another) =>
        left.Words.Overlaps(one) && !left.Words.Overlaps(another) && right.Words.Overlaps(another) && !right.Words.Overlaps(one);

    // "from savings to checking" against "from checking to savings", "paid by Ravi" against "paid to Ravi".
    private static string? PartsSwapped(TextFacts left, TextFacts right)
    {
        foreach (var (part, target) in left.Parts)
        {
            foreach (var (otherPart, otherTarget) in right.Parts)
            {
                var sameThingOtherPart = target == otherTarget && AreAgainst(part, otherPart) && !right.Parts.Contains((part, target)) && !left.Parts.Contains((otherPart, otherTarget));
                var samePartOtherThing = part == otherPart && target != otherTarget && States(right, target) && States(left, otherTarget) && !right.Parts.Contains((part, target)) && !left.Parts.Contains((otherPart, otherTarget));
                if (sameThingOtherPart || samePartOtherThing)
                {
                    return part == "not" ? "negation" : "direction";
                }
            }
        }

        return null;
    }

    private static bool States(TextFacts facts, string stem) => facts.Content.Contains(stem);

    private static bool AreAgainst(string part, string other) =>
        part != other && (part, other) is not (("to", "for") or ("for", "to") or ("by", "with") or ("with", "by") or ("from", "by") or ("by", "from"));
}
