namespace CacheKeeper.Cleanup.Similarity;

/// <summary>A text as the similarity model sees it.</summary>
/// <param name="Meaning">The sentence encoder's vector; null without weights.</param>
internal readonly record struct TextView(SparseVector Spelling, float[]? Meaning);

/// <summary>Says how alike two texts are, 0 to 1: the spelling by character trigrams, the meaning by the sentence encoder, blended.</summary>
/// <param name="known">The texts among which rarity is judged, as they are spelled.</param>
internal sealed class SimilarityModel(IReadOnlyList<string> known, SentenceEncoder? encoder, SimilarityPolicy policy)
{
    private readonly GramModel _grams = new(known);

    public bool UsesEncoder => encoder is not null;

    public int GramPlaces => _grams.Places;

    /// <summary>The views of some texts, in their order.</summary>
    /// <param name="spelled">The same texts in the form in which spellings are compared.</param>
    public TextView[] View(IReadOnlyList<string> texts, IReadOnlyList<string> spelled)
    {
        var meanings = encoder?.Encode(texts);
        var views = new TextView[texts.Count];
        Parallel.For(0, views.Length, i => views[i] = new TextView(_grams.Vector(spelled[i]), meanings?[i]));
        return views;
    }

    /// <summary>How alike two texts are: 1 for equal ones, 0 for unrelated ones.</summary>
    public float Similarity(in TextView left, in TextView right) =>
        Blend(left.Spelling.Dot(right.Spelling), left.Meaning is null || right.Meaning is null ? null : DenseVector.Dot(left.Meaning, right.Meaning));

    /// <summary>The blend of both similarities; the spelling alone where there is no meaning to compare.</summary>
    public float Blend(float spelling, float? meaning) =>
        Math.Clamp(meaning is null ? spelling : policy.EncoderShare * meaning.Value + (1 - policy.EncoderShare) * spelling, 0, 1);
}
