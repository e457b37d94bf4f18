namespace CacheKeeper.Tiers;

/// <summary>Adds up the entries that a look sees, all of them or a sample, into a snapshot.</summary>
internal sealed class LookTally(TierName tier, DateTimeOffset asOf)
{
    /// <summary>Half the width of a 95 % range, in standard errors.</summary>
    private const double Normal95 = 1.96;

    private readonly Dictionary<string, (long Live, long Expired, long Bytes)> _categories = [];
    private readonly Dictionary<string, int> _questions = [];
    private long _entries;
    private long _foreign;
    private long _forever;
    private long _hot;
    private long _timed;
    private long _replaced;
    private long _sound;
    private double _bytes;
    private double _squares;
    private DateTimeOffset? _oldest;

    public long Seen => _entries + _foreign;

    public void Add(IEnumerable<EntryHead> entries)
    {
        foreach (var entry in entries)
        {
            Add(entry);
        }
    }

    /// <summary>Entries of others, or of nobody: they count in the size of a sample only.</summary>
    public void AddForeign(int count) => _foreign += count;

    /// <param name="whole">How many entries there are, others' included, when only a sample was seen; null when all were.</param>
    public TierSnapshot ToSnapshot(long? whole = null)
    {
        var scale = whole is { } all && all > Seen && Seen > 0 ? (double)all / Seen : 1;
        var superseded = _replaced + _questions.Values.Sum(count => count - 1);
        return new TierSnapshot(tier, asOf)
        {
            Live = Scaled(_categories.Values.Sum(sum => sum.Live)),
            Expired = Scaled(_categories.Values.Sum(sum => sum.Expired)),
            WithoutExpiry = Scaled(_forever),
            Bytes = Scaled((long)_bytes),
            Hot = tier == TierName.Upstash ? (_entries > 0 && _timed == _entries ? Scaled(_hot) : null) : _hot > 0 ? Scaled(_hot) : null,
            OldestAt = _oldest,
            Foreign = Scaled(_foreign),
            Categories = [.. _categories.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new CategoryCount(pair.Key, Scaled(pair.Value.Live), Scaled(pair.Value.Expired), Scaled(pair.Value.Bytes)))],
            Figures = tier == TierName.Mem0 ? OfMemories(scale, superseded) : new Dictionary<string, double>(),
            Estimated = scale > 1,
            SamplingError = scale > 1 ? Error(1 / scale) : 0,
        };

        long Scaled(long count) => (long)Math.Round(count * scale);
    }

    private void Add(EntryHead entry)
    {
        var expired = entry.IsExpired(asOf);
        var category = entry.Category ?? "general";
        var sum = _categories.GetValueOrDefault(category);
        _categories[category] = (sum.Live + (expired ? 0 : 1), sum.Expired + (expired ? 1 : 0), sum.Bytes + entry.Bytes);
        _entries++;
        _bytes += entry.Bytes;
        _squares += (double)entry.Bytes * entry.Bytes;
        _forever += entry.ExpiresAt is null ? 1 : 0;
        _timed += entry.Idle is null ? 0 : 1;
        _hot += IsHot(entry) ? 1 : 0;
        _replaced += entry.ReplacedBy is null ? 0 : 1;
        _sound += !expired && entry.ReplacedBy is null && category != "general" ? 1 : 0;
        _oldest = _oldest is null || entry.CreatedAt < _oldest ? entry.CreatedAt ?? _oldest : _oldest;
        if (tier == TierName.Mem0 && entry is { QueryHash: { } hash, ReplacedBy: null })
        {
            _questions[hash] = _questions.GetValueOrDefault(hash) + 1;
        }
    }

    // Of a key the server itself must say when it was used: the row's time is another reader's.
    private bool IsHot(EntryHead entry) => tier == TierName.Upstash ? entry.Idle < TimeSpan.FromHours(1) : entry.AccessedAt > asOf.AddHours(-1);

    // Of several memories of one question all but one are superseded; a sample sees only some of them, so it cannot say.
    private Dictionary<string, double> OfMemories(double scale, long superseded)
    {
        var figures = new Dictionary<string, double>();
        if (scale <= 1)
        {
            figures["superseded"] = superseded;
        }

        if (_entries > 0)
        {
            figures["sound_share"] = (double)(scale <= 1 ? Math.Max(0, _sound - (superseded - _replaced)) : _sound) / _entries;
        }

        return figures;
    }

    // Of a simple random sample without replacement: the bytes' total, in which an entry of others weighs nothing. Their spread holds for the counts too, and more.
    private double? Error(double seenShare)
    {
        if (Seen < 2 || _bytes <= 0)
        {
            return null;
        }

        var mean = _bytes / Seen;
        var variance = ((_squares / Seen) - (mean * mean)) * Seen / (Seen - 1);
        return Normal95 * Math.Sqrt(variance / Seen * (1 - seenShare)) / mean;
    }
}
