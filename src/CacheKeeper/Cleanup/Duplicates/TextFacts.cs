namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>What a text states that a duplicate of it must state too.</summary>
internal sealed record TextFacts
{
    /// <summary>Each kind of fact, in the order of the text, joined by blanks; empty when the text states none.</summary>
    public required string Identifiers { get; init; }
    public required string Numbers { get; init; }
    public required string Currencies { get; init; }
    public required string Units { get; init; }
    public required string Dates { get; init; }
    public required string Symbols { get; init; }
    public required string Negations { get; init; }
    public required string Opposites { get; init; }
    public required string Quantities { get; init; }
    public required string Others { get; init; }

    /// <summary>Stems of the words that carry the subject, in order.</summary>
    public required string[] Content { get; init; }

    /// <summary>Every word as written, lower case.</summary>
    public required HashSet<string> Words { get; init; }

    /// <summary>Words with a capital inside a sentence, lower case.</summary>
    public required HashSet<string> Names { get; init; }

    /// <summary>The question words that ask; a "which" in the middle of a statement does not.</summary>
    public required HashSet<string> Asks { get; init; }

    /// <summary>Whether the text begins as a question for a yes or a no.</summary>
    public required bool AsksYesOrNo { get; init; }

    /// <summary>Who stands where: <c>self you self</c>, repetitions once.</summary>
    public required string Persons { get; init; }

    /// <summary>Prepositions with the content word that follows: from → savings.</summary>
    public required IReadOnlyList<(string Part, string Target)> Parts { get; init; }

    /// <summary>Texts that state the same subject with the same facts are compared in any case.</summary>
    public string Statement => string.Join('|', Identifiers, Numbers, Currencies, Units, Dates, Symbols, Negations, Quantities, Others, string.Join(' ', Content));
}
