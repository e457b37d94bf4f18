using System.Numerics;
using System.Runtime.InteropServices;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Mem0.Storage;

namespace CacheKeeper.Sandbox.Mem0.Search;

/// <summary>A memory found, with its score from 0 to 1 and what that is made of; the entity part is null when the query names none.</summary>
internal sealed record ScoredMemory(StoredMemory Memory, double Score, double Semantic, double Keyword, double? Entity);

/// <summary>
/// Ranks memories for a query: the nearest by vector are looked at closely, and their score blends likeness of meaning, of words (BM25) and of
/// names and numbers. Like the platform's, it is not a cosine.
/// </summary>
internal static class MemorySearch
{
    private const double SemanticShare = 0.6;
    private const double KeywordShare = 0.3;
    private const double EntityShare = 0.1;

    // The usual constants of BM25: how fast repetition saturates, how much length matters.
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;

    private const int ScoreDigits = 6;
    private const int CloserLooks = 200;
    private const int CloserLooksPerResult = 4;

    public static List<ScoredMemory> Rank(string query, IEnumerable<StoredMemory> memories, WordCounts words, int topK, double threshold)
    {
        var vector = TextVector.Of(query);
        var judge = new Query(query, words);
        return [.. Nearest(vector, memories, Math.Max(CloserLooks, topK * CloserLooksPerResult))
            .Select(near => judge.Score(near.Memory, near.Semantic))
            .Where(found => found.Score >= threshold || threshold == 0)
            .OrderByDescending(found => found.Score).ThenByDescending(found => found.Memory.Sequence)
            .Take(topK)];
    }

    /// <summary>The dot product of two vectors of length 1, which is their cosine.</summary>
    public static float Dot(float[] left, float[] right)
    {
        var lefts = MemoryMarshal.Cast<float, Vector<float>>(left);
        var rights = MemoryMarshal.Cast<float, Vector<float>>(right);
        var sum = Vector<float>.Zero;
        for (var i = 0; i < lefts.Length; i++)
        {
            sum += lefts[i] * rights[i];
        }

        return Vector.Sum(sum);
    }

    private static IEnumerable<(StoredMemory Memory, double Semantic)> Nearest(float[] vector, IEnumerable<StoredMemory> memories, int most)
    {
        var nearest = new PriorityQueue<StoredMemory, (double, long)>();
        foreach (var memory in memories)
        {
            var rank = (Math.Max(0, Dot(vector, memory.Vector)), memory.Sequence);
            if (nearest.Count < most)
            {
                nearest.Enqueue(memory, rank);
            }
            else
            {
                nearest.EnqueueDequeue(memory, rank);
            }
        }

        return nearest.UnorderedItems.Select(item => (item.Element, Math.Min(1, item.Priority.Item1)));
    }

    private sealed class Query
    {
        private readonly Dictionary<string, double> weights;
        private readonly HashSet<string> entities;
        private readonly double meanLength;
        private readonly double best;

        public Query(string text, WordCounts counts)
        {
            var words = SearchWords.Of(text);
            weights = words.Distinct().ToDictionary(word => word, counts.Weight);
            entities = SearchWords.Entities(text);
            meanLength = counts.MeanLength;
            best = Bm25(words);
        }

        public ScoredMemory Score(StoredMemory memory, double semantic)
        {
            var keyword = best == 0 ? 0 : Math.Min(1, Bm25(memory.Words) / best);
            if (entities.Count == 0)
            {
                return new(memory, Rounded(((SemanticShare * semantic) + (KeywordShare * keyword)) / (SemanticShare + KeywordShare)), semantic, keyword, null);
            }

            var entity = (double)entities.Count(memory.Words.Contains) / entities.Count;
            return new(memory, Rounded((SemanticShare * semantic) + (KeywordShare * keyword) + (EntityShare * entity)), semantic, keyword, entity);
        }

        // The same text has score 1 and passes a threshold of 1, whatever the last bits say.
        private static double Rounded(double score) => Math.Round(score, ScoreDigits);

        private double Bm25(IReadOnlyList<string> words)
        {
            var length = 1 - LengthShare + (LengthShare * words.Count / meanLength);
            var sum = 0.0;
            foreach (var (word, weight) in weights)
            {
                var times = words.Count(word.Equals);
                sum += weight * times * (Saturation + 1) / (times + (Saturation * length));
            }

            return sum;
        }
    }
}
