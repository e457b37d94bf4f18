using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>The texts of one scope in keeper order, with all that comparing them takes.</summary>
internal sealed class ScopeTexts
{
    // The hashed spelling beside the meaning in one vector: enough to find candidates, whose similarity is then computed from the whole views.
    private const int HashedPlaces = 256;

    // Hash collisions blur the spelling by about 1 ÷ √places; candidates are looked for so much lower.
    private const float Blur = 0.1f;

    private const float LowestCandidate = 0.05f;

    private readonly SimilarityModel _model;
    private readonly TextView[] _views;

    public ScopeTexts(IEnumerable<CachedText> texts, SentenceEncoder? encoder, DuplicatePolicy policy)
    {
        Texts = [.. texts.Order(KeeperOrder.Instance)];
        var (facts, exact) = (new TextFacts[Texts.Count], new string[Texts.Count]);
        Parallel.For(0, Texts.Count, i => (facts[i], exact[i]) = (TextFactsReader.Read(Texts[i].Text), ExactText.Of(Texts[i].Text)));
        (Facts, Exact) = (facts, exact);

        // Exact duplicates share one view: the sentence encoder is the dear part.
        var first = exact.Index().GroupBy(text => text.Item).ToDictionary(group => group.Key, group => group.First().Index);
        string[] written = [.. first.Values.Select(index => Texts[index].Text)];
        var readable = new string[written.Length];
        Parallel.For(0, written.Length, i => readable[i] = ReadableText.Of(written[i]));
        _model = new SimilarityModel(readable, encoder, policy.Similarity);
        var place = first.Keys.Index().ToDictionary(key => key.Item, key => key.Index);
        var views = _model.View(written, readable);
        _views = [.. exact.Select(key => views[place[key]])];
    }

    public IReadOnlyList<CachedText> Texts { get; }

    public IReadOnlyList<TextFacts> Facts { get; }

    /// <summary>Each text in the form in which exact duplicates are equal.</summary>
    public IReadOnlyList<string> Exact { get; }

    /// <summary>1 for equal texts.</summary>
    public float Similarity(int left, int right) => Exact[left] == Exact[right] ? 1 : _model.Similarity(_views[left], _views[right]);

    /// <summary>What the sentence encoder alone says; null without one.</summary>
    public float? Meaning(int left, int right) => _views[left].Meaning is { } meaning ? DenseVector.Dot(meaning, _views[right].Meaning) : null;

    /// <summary>Pairs among some of the texts that may reach the threshold.</summary>
    public NearPairs Candidates(IReadOnlyList<int> among, DuplicatePolicy policy)
    {
        var meaning = _model.UsesEncoder ? SentenceEncoder.Length : 0;
        var length = meaning + HashedPlaces;
        var spellingShare = meaning > 0 ? 1 - policy.Similarity.EncoderShare : 1;
        var values = new float[(long)among.Count * length];
        for (var i = 0; i < among.Count; i++)
        {
            Fill(_views[among[i]], meaning, policy.Similarity.EncoderShare, values.AsSpan(i * length, length));
        }

        var near = NearDuplicateJoin.Find(new VectorSet(values, length), Math.Max(policy.Threshold - Blur * spellingShare, LowestCandidate), policy.Join);
        return new NearPairs([.. near.Pairs.Select(pair => new NearPair(among[pair.Left], among[pair.Right], pair.Cosine))], near.Truncated);
    }

    // With square roots of the shares the dot product of two such vectors is the blend.
    private static void Fill(in TextView view, int meaning, float encoderShare, Span<float> target)
    {
        if (meaning > 0)
        {
            DenseVector.AddScaled(target[..meaning], view.Meaning, MathF.Sqrt(encoderShare));
        }

        var factor = meaning > 0 ? MathF.Sqrt(1 - encoderShare) : 1;
        for (var i = 0; i < view.Spelling.Places.Length; i++)
        {
            var hash = (uint)view.Spelling.Places[i] * 2654435761u;
            target[meaning + (int)(hash >> 9) % HashedPlaces] += (hash & 1 << 8) == 0 ? factor * view.Spelling.Weights[i] : -factor * view.Spelling.Weights[i];
        }
    }
}
