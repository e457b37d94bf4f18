namespace CacheKeeper.Cleanup.Similarity;

/// <summary>The stored text nearest to a query.</summary>
/// <param name="Row">Its place among the stored texts, from 0; null when there is none.</param>
internal readonly record struct NearestText(int? Row, float Score);

/// <summary>Stored texts, ready to be asked which of them is nearest to a new one.</summary>
internal sealed class TextBank
{
    private readonly SimilarityModel _model;
    private readonly TextView[] _views;
    private readonly List<(int Row, float Weight)>[] _holders;

    public TextBank(IReadOnlyList<string> texts, SentenceEncoder? encoder, SimilarityPolicy policy)
    {
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
        int? best = null;
        var score = -1f;
        for (var row = 0; row < _views.Length; row++)
        {
            var meaning = query.Meaning is null ? (float?)null : DenseVector.Dot(query.Meaning, _views[row].Meaning);
            var similarity = _model.Blend(spelling[row], meaning);
            if (similarity > score)
            {
                (best, score) = (row, similarity);
            }
        }

        return new NearestText(best, Math.Max(score, 0));
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
