namespace CacheKeeper.Cleanup.Similarity;

/// <summary>The stored text nearest to a query.</summary>
/// <param name="Row">Its place among the stored texts, from 0; null when there is none.</param>
/// <param name="Score">How sure the answer is, 0 to 1: its similarity, and whether the next nearest texts resemble it.</param>
internal readonly record struct NearestText(int? Row, float Score);

/// <summary>Stored texts, ready to be asked which of them is nearest to a new one.</summary>
internal sealed class TextBank
{
    private readonly SimilarityModel _model;
    private readonly SimilarityPolicy _policy;
    private readonly TextView[] _views;
    private readonly List<(int Row, float Weight)>[] _holders;

    public TextBank(IReadOnlyList<string> texts, SentenceEncoder? encoder, SimilarityPolicy policy)
    {
        _policy = policy;
        string[] spelled = [.. texts.Select(TextWords.Of)];
        _model = new SimilarityModel(spelled, encoder, policy);
        _views = _model.View(texts, spelled);
        _holders = [.. Enumerable.Range(0, _model.GramPlaces).Select(_ => new List<(int, float)>())];
        for (var row = 0; row < _views.Length; row++)
        {
            var spelling = _views[row].Spelling;
            for (var i = 0; i < spelling.Places.Length; i++)
            {
                _holders[spelling.Places[i]].Add((row, spelling.Weights[i]));
            }
        }
    }

    /// <summary>For each query the nearest stored text.</summary>
    public NearestText[] Nearest(IReadOnlyList<string> queries)
    {
        var views = _model.View(queries, [.. queries.Select(TextWords.Of)]);
        var nearest = new NearestText[queries.Count];
        Parallel.For(0, views.Length, i => nearest[i] = Nearest(views[i]));
        return nearest;
    }

    private NearestText Nearest(in TextView query)
    {
        var spelling = Spellings(query.Spelling);
        var nearest = new PriorityQueue<int, (float, int)>();
        for (var row = 0; row < _views.Length; row++)
        {
            var meaning = query.Meaning is null ? (float?)null : DenseVector.Dot(query.Meaning, _views[row].Meaning);
            var rank = (_model.Blend(spelling[row], meaning), -row);
            if (nearest.Count < _policy.Neighbours)
            {
                nearest.Enqueue(row, rank);
            }
            else
            {
                nearest.EnqueueDequeue(row, rank);
            }
        }

        return nearest.Count == 0 ? new NearestText(null, 0) : Scored([.. nearest.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => (item.Element, item.Priority.Item1))]);
    }

    // Two clusters at the same distance make the nearest text doubtful; neighbours that resemble it confirm it.
    private NearestText Scored((int Row, float Similarity)[] nearest)
    {
        var (best, similarity) = nearest[0];
        var (agreement, weights) = (0f, 0f);
        foreach (var (row, other) in nearest)
        {
            var weight = MathF.Exp((other - similarity) / _policy.NeighbourWidth);
            agreement += weight * (row == best ? 1 : _model.Similarity(_views[best], _views[row]));
            weights += weight;
        }

        var score = (1 - _policy.AgreementShare) * similarity + _policy.AgreementShare * agreement / weights;
        return new NearestText(best, similarity <= 0 ? 0 : Math.Clamp(score, 0, 1));
    }

    private float[] Spellings(SparseVector query)
    {
        var sums = new float[_views.Length];
        for (var i = 0; i < query.Places.Length; i++)
        {
            foreach (var (row, weight) in _holders[query.Places[i]])
            {
                sums[row] += query.Weights[i] * weight;
            }
        }

        return sums;
    }
}
