namespace CacheKeeper.Optimization.History;

/// <summary>
/// Replays lookups under many lifetimes at once, as the gateway's client keeps answers: a miss writes, a hit does not renew. Exact for the
/// questions followed; which these are is a spatial sample that shrinks when it is full, so memory stays the same however many there are.
/// </summary>
internal sealed class TtlReplay
{
    /// <summary>Questions are told apart into so many groups by their hash, and time into so many blocks: their differences are the error.</summary>
    public const int Groups = 16;

    public const int Blocks = 8;

    private readonly double[] _lifetimes;
    private readonly int _current;
    private readonly double _changesEvery;
    private readonly int _mostKeys;
    private readonly TtlTally[,] _tallies = new TtlTally[Blocks, Groups];
    private readonly Dictionary<ulong, double[]> _written = [];
    private readonly PriorityQueue<ulong, ulong> _highest = new();
    private readonly double _tallyFrom;
    private readonly double _tallySpan;
    private readonly Func<double, bool>? _counts;
    private ulong _threshold = ulong.MaxValue;
    private double _bytes;
    private long _sized;

    /// <param name="lifetimes">In seconds.</param>
    /// <param name="current">Which of them is today's.</param>
    /// <param name="changesEvery">Seconds after which a right answer stops being right, on average.</param>
    /// <param name="tallyFrom">Seconds from the start of the replay at which counting begins; before, the caches only fill.</param>
    /// <param name="tallyUntil">Seconds at which it ends.</param>
    /// <param name="counts">Which seconds between are counted; null counts all.</param>
    public TtlReplay(double[] lifetimes, int current, double changesEvery, int mostKeys, double tallyFrom, double tallyUntil, Func<double, bool>? counts = null)
    {
        _counts = counts;
        (_lifetimes, _current, _changesEvery, _mostKeys) = (lifetimes, current, changesEvery, mostKeys);
        (_tallyFrom, _tallySpan) = (tallyFrom, Math.Max(1e-9, tallyUntil - tallyFrom));
        for (var block = 0; block < Blocks; block++)
        {
            for (var group = 0; group < Groups; group++)
            {
                _tallies[block, group] = new TtlTally(lifetimes.Length);
            }
        }
    }

    public IReadOnlyList<double> Lifetimes => _lifetimes;

    /// <summary>Which lifetime is today's.</summary>
    public int Current => _current;

    /// <summary>The share of the logged questions that are followed now.</summary>
    public double Share => (double)_threshold / ulong.MaxValue;

    public int Followed => _written.Count;

    /// <summary>Logged lookups that were counted.</summary>
    public long Tallied { get; private set; }

    /// <summary>Seconds from the start of the replay to its end.</summary>
    public double Length => _tallyFrom + _tallySpan;

    /// <summary>Mean size of an answer; null when none was seen.</summary>
    public double? MeanBytes => _sized == 0 ? null : _bytes / _sized;

    /// <param name="at">Seconds from the start of the replay.</param>
    public void Add(in LoggedAccess access, double at)
    {
        var place = Mix(access.Key);
        if (place > _threshold)
        {
            return;
        }

        var weight = 1 / Share;
        if (access.Bytes is { } bytes)
        {
            (_bytes, _sized) = (_bytes + bytes, _sized + 1);
        }

        var tally = at < _tallyFrom || _counts?.Invoke(at) == false ? null : _tallies[Math.Clamp((int)((at - _tallyFrom) / _tallySpan * Blocks), 0, Blocks - 1), (int)(Mix(place) % Groups)];
        if (tally is not null)
        {
            Tallied++;
            tally.Lookups += weight;
            tally.Answered += access.IsHit ? weight : 0;
        }

        if (!_written.TryGetValue(access.Key, out var written))
        {
            written = First(access, at, place);
            _written.Add(access.Key, written);
            _highest.Enqueue(access.Key, ulong.MaxValue - place);
        }

        Replay(written, at, tally, weight);
        Shrink();
    }

    /// <summary>The tallies, by block and group.</summary>
    public TtlTally Tally(int block, int group) => _tallies[block, group];

    private void Replay(double[] written, double at, TtlTally? tally, double weight)
    {
        for (var each = 0; each < _lifetimes.Length; each++)
        {
            var age = at - written[each];
            if (age >= _lifetimes[each])
            {
                written[each] = at;
            }
            else if (tally is not null)
            {
                tally.Hits[each] += weight;
                tally.Age[each] += weight * age;
                tally.Stale[each] += weight * (1 - Math.Exp(-age / _changesEvery));
            }
        }
    }

    // What was before the log began is known only by what came of the first lookup: an answered question was written somewhere within
    // today's lifetime before; where, its hash decides. One that was not answered is new to every lifetime.
    private double[] First(in LoggedAccess access, double at, ulong place)
    {
        var written = new double[_lifetimes.Length];
        Array.Fill(written, access.IsHit ? at - (_lifetimes[_current] * ((Mix(place + 1) >> 11) * (1.0 / (1UL << 53)))) : double.NegativeInfinity);
        return written;
    }

    private void Shrink()
    {
        while (_written.Count > _mostKeys && _highest.TryDequeue(out var key, out var priority))
        {
            _written.Remove(key);
            _threshold = ulong.MaxValue - priority - 1;
        }
    }

    // Finalizer of SplitMix64: the log's own threshold is on the hash's first digits, so its order must not show here.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
