using System.Numerics;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>The pairs a join found, and whether it ended early because there were too many.</summary>
internal sealed record NearPairs(IReadOnlyList<NearPair> Pairs, bool Truncated);

/// <summary>
/// Finds all pairs of vectors whose cosine reaches a threshold. Sign codes in several hash tables give candidates, the distance of the codes sifts them, the cosine decides
/// (multi-probe hashing: Lv et al., "Multi-Probe LSH", VLDB 2007).
/// </summary>
internal static class NearDuplicateJoin
{
    // A pair at the threshold lies beyond so many standard deviations of its code distance once in 30,000 times.
    private const double Deviations = 4;

    // Where bits of a pair at the threshold differ more often, tables bring so many together that comparing all is cheaper.
    private const double MostDiffering = 0.35;

    public static NearPairs Find(VectorSet vectors, float threshold, JoinPolicy policy)
    {
        if (policy.Exact || vectors.Count <= policy.ExactUpTo)
        {
            return ExactJoin.Find(vectors, threshold, policy.MostPairs);
        }

        var codes = new SignCodes(vectors, threshold);
        if (codes.DifferAtThreshold > MostDiffering)
        {
            return ExactJoin.Find(vectors, threshold, policy.MostPairs);
        }

        var plan = TablePlan.For(vectors.Count, codes.DifferAtThreshold, policy.Recall);
        var farthest = (int)Math.Ceiling(SignCodes.Bits * codes.DifferAtThreshold + Deviations * Math.Sqrt(SignCodes.Bits * codes.DifferAtThreshold * (1 - codes.DifferAtThreshold)));
        var sink = new PairSink(policy.MostPairs);
        Parallel.For(0, plan.Tables, table => new Table(vectors, codes, plan, table, farthest, threshold).Join(sink));
        return new NearPairs(sink.Sorted(), sink.IsFull);
    }

    /// <summary>One hash table: the vectors sorted into buckets by some bits of their codes.</summary>
    private sealed class Table
    {
        private const int Batch = 1024;

        private readonly VectorSet _vectors;
        private readonly SignCodes _codes;
        private readonly TablePlan _plan;
        private readonly int _table;
        private readonly int _farthest;
        private readonly float _threshold;
        private readonly int[] _begins;
        private readonly int[] _members;
        private readonly List<NearPair> _found = new(Batch);

        public Table(VectorSet vectors, SignCodes codes, TablePlan plan, int table, int farthest, float threshold)
        {
            (_vectors, _codes, _plan, _table, _farthest, _threshold) = (vectors, codes, plan, table, farthest, threshold);
            _begins = new int[(1 << plan.Bits) + 1];
            _members = new int[vectors.Count];
            for (var i = 0; i < vectors.Count; i++)
            {
                _begins[Key(i, table) + 1]++;
            }

            for (var key = 0; key + 1 < _begins.Length; key++)
            {
                _begins[key + 1] += _begins[key];
            }

            var next = _begins.AsSpan(0, _begins.Length - 1).ToArray();
            for (var i = 0; i < vectors.Count; i++)
            {
                _members[next[Key(i, table)]++] = i;
            }
        }

        public void Join(PairSink sink)
        {
            for (var key = 0; key + 1 < _begins.Length && !sink.IsFull; key++)
            {
                var bucket = Bucket(key);
                for (var at = 0; at < bucket.Length; at++)
                {
                    Compare(bucket[at], bucket[(at + 1)..], sink);
                    for (var bit = 0; bit < _plan.Bits; bit++)
                    {
                        if ((key & 1 << bit) == 0)
                        {
                            Compare(bucket[at], Bucket(key | 1 << bit), sink);
                        }
                    }
                }
            }

            sink.Add(_found);
        }

        private int Key(int index, int table) => _codes.Key(index, table * _plan.Bits, _plan.Bits);

        private ReadOnlySpan<int> Bucket(int key) => _members.AsSpan(_begins[key].._begins[key + 1]);

        private void Compare(int one, ReadOnlySpan<int> others, PairSink sink)
        {
            foreach (var other in others)
            {
                if (_codes.Distance(one, other) > _farthest || WasSeenBefore(one, other))
                {
                    continue;
                }

                var cosine = _vectors.Cosine(one, other);
                if (cosine >= _threshold)
                {
                    _found.Add(new NearPair(Math.Min(one, other), Math.Max(one, other), cosine));
                }
            }

            if (_found.Count >= Batch)
            {
                sink.Add(_found);
            }
        }

        // Each pair belongs to the first table that brings it together, so no pair is told twice.
        private bool WasSeenBefore(int one, int other)
        {
            for (var table = 0; table < _table; table++)
            {
                if (BitOperations.PopCount((uint)(Key(one, table) ^ Key(other, table))) <= 1)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
