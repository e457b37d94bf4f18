using System.Text;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>
/// Cuts a text into the pieces of a vocabulary so that the sum of their log-probabilities is highest
/// (Kudo, "Subword Regularization", ACL 2018; ties and unknown characters exactly as the published model's own tokenizer has them).
/// </summary>
internal sealed class UnigramTokenizer
{
    private const int Unknown = 0;
    private const int ReservedPieces = 6;
    private const char WordMark = '▁';

    private readonly Dictionary<string, (int Piece, float Score)>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly int _longest;

    public UnigramTokenizer(IReadOnlyList<(string Text, float Score)> vocabulary)
    {
        var pieces = new Dictionary<string, (int, float)>(vocabulary.Count);
        for (var piece = ReservedPieces; piece < vocabulary.Count; piece++)
        {
            pieces[vocabulary[piece].Text] = (piece, vocabulary[piece].Score);
        }

        _pieces = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = pieces.Count == 0 ? 0 : pieces.Keys.Max(text => text.Length);
    }

    /// <summary>The pieces of a text, at most <paramref name="limit"/>; none for an empty text.</summary>
    public int[] Encode(string text, int limit)
    {
        text = TextFold.Fold(text);
        if (text.Length == 0)
        {
            return [];
        }

        var marked = WordMark + text.Replace(' ', WordMark);
        var starts = Starts(marked);
        var (piece, from) = Best(marked, starts);
        return Trace(piece, from, limit);
    }

    // Offsets of the code points, and the end: a surrogate pair is one symbol.
    private static List<int> Starts(string marked)
    {
        var starts = new List<int>(marked.Length + 1);
        for (var at = 0; at < marked.Length; at += Rune.TryGetRuneAt(marked, at, out var rune) ? rune.Utf16SequenceLength : 1)
        {
            starts.Add(at);
        }

        starts.Add(marked.Length);
        return starts;
    }

    private (int[] Piece, int[] From) Best(string marked, List<int> starts)
    {
        var (best, piece, from) = (new double[starts.Count], new int[starts.Count], new int[starts.Count]);
        for (var begin = 0; begin + 1 < starts.Count; begin++)
        {
            var found = false;
            for (var end = begin + 1; end < starts.Count && starts[end] - starts[begin] <= _longest; end++)
            {
                if (_pieces.TryGetValue(marked.AsSpan(starts[begin], starts[end] - starts[begin]), out var match))
                {
                    found = true;
                    Offer(begin, end, match.Piece, match.Score);
                }
            }

            if (!found)
            {
                Offer(begin, begin + 1, Unknown, 0);
            }
        }

        return (piece, from);

        // A sum of 0 stands for "not reached yet" in the published tokenizer; kept, because the model was served with it.
        void Offer(int begin, int end, int candidate, double score)
        {
            var sum = best[begin] + score;
            if (best[end] == 0 || sum >= best[end])
            {
                (best[end], piece[end], from[end]) = (sum, candidate, begin);
            }
        }
    }

    // Walks back from the end; neighbouring unknown symbols count once.
    private static int[] Trace(int[] piece, int[] from, int limit)
    {
        var found = new List<int>();
        for (var at = piece.Length - 1; at > 0; at = from[at])
        {
            if (piece[at] != Unknown || found.Count == 0 || found[^1] != Unknown)
            {
                found.Add(piece[at]);
            }
        }

        found.Reverse();
        return [.. found.Take(limit)];
    }
}
