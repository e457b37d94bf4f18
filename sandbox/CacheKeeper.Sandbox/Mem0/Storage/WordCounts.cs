using CacheKeeper.Sandbox.Mem0.Search;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>In how many memories each word stands, so that a rare word can count more than a common one.</summary>
internal sealed class WordCounts
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = [];
    private long lengths;
    private int texts;

    /// <summary>The mean number of words of a text; 1 when there is none.</summary>
    public double MeanLength
    {
        get
        {
            lock (gate)
            {
                return texts == 0 ? 1 : Math.Max(1, (double)lengths / texts);
            }
        }
    }

    public void Add(string text) => Count(text, 1);

    public void Remove(string text) => Count(text, -1);

    public void Clear()
    {
        lock (gate)
        {
            counts.Clear();
            (lengths, texts) = (0, 0);
        }
    }

    /// <summary>The inverse document frequency of BM25 as Lucene writes it, never negative.</summary>
    public double Weight(string word)
    {
        lock (gate)
        {
            var count = counts.GetValueOrDefault(word);
            return Math.Log(1 + ((texts - count + 0.5) / (count + 0.5)));
        }
    }

    private void Count(string text, int change)
    {
        var words = SearchWords.Of(text);
        lock (gate)
        {
            texts += change;
            lengths += change * words.Count;
            foreach (var word in words.Distinct())
            {
                var count = counts.GetValueOrDefault(word) + change;
                if (count > 0)
                {
                    counts[word] = count;
                }
                else
                {
                    counts.Remove(word);
                }
            }
        }
    }
}
