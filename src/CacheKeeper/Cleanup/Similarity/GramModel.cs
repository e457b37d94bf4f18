using System.Runtime.InteropServices;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>
/// Texts as character trigrams, each weighted by how often it stands in the text and how rare it is among the texts the model has seen
/// (tf·idf, Salton &amp; Buckley, "Term-weighting approaches in automatic text retrieval", 1988; the square root of an idf smoothed by one: among short texts the full idf lets
/// one odd word outweigh the rest).
/// </summary>
internal sealed class GramModel
{
    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<int> _holders = [];
    private readonly float[] _rarity;
    private readonly float _unseen;

    public GramModel(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            Count(text);
        }

        var all = 1f + texts.Count;
        _rarity = [.. _holders.Select(holders => MathF.Sqrt(MathF.Log(all / (1 + holders)) + 1))];
        _unseen = MathF.Sqrt(MathF.Log(all) + 1);
    }

    /// <summary>How many different trigrams the texts hold.</summary>
    public int Places => _rarity.Length;

    /// <summary>The vector of a text; trigrams no text had add to its length but have no place.</summary>
    public SparseVector Vector(string text)
    {
        var counts = new SortedDictionary<int, int>();
        var unseen = new Dictionary<ulong, int>();
        foreach (var gram in Grams(text))
        {
            if (_places.TryGetValue(gram, out var place))
            {
                counts[place] = counts.GetValueOrDefault(place) + 1;
            }
            else
            {
                unseen[gram] = unseen.GetValueOrDefault(gram) + 1;
            }
        }

        int[] places = [.. counts.Keys];
        float[] weights = [.. counts.Select(pair => pair.Value * _rarity[pair.Key])];
        return new SparseVector(places, Scaled(weights, unseen.Values.Sum(count => count * count * _unseen * _unseen)));
    }

    private static float[] Scaled(float[] weights, float unseenSquares)
    {
        var squares = unseenSquares + weights.Sum(weight => weight * weight);
        var factor = squares > 0 ? 1 / MathF.Sqrt(squares) : 0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] *= factor;
        }

        return weights;
    }

    private void Count(string text)
    {
        foreach (var gram in Grams(text).Distinct())
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, gram, out var known);
            if (known)
            {
                _holders[place]++;
            }
            else
            {
                place = _holders.Count;
                _holders.Add(1);
            }
        }
    }

    // Three characters of the text, a blank before and after it, packed into one number.
    private static IEnumerable<ulong> Grams(string text)
    {
        if (text.Length == 0)
        {
            yield break;
        }

        ulong gram = ' ';
        for (var i = 0; i <= text.Length; i++)
        {
            gram = (gram << 16 | (i < text.Length ? text[i] : ' ')) & 0xFFFF_FFFF_FFFF;
            if (i > 0)
            {
                yield return gram;
            }
        }
    }
}
