using CacheKeeper.Optimization.Curves;

namespace CacheKeeper.Optimization.History;

/// <summary>
/// The access log made into what questions can be answered from, in constant memory: a replay under many lifetimes for each category and agent,
/// and a curve over sizes for the cache as a whole, for each tier and for each category.
/// </summary>
internal sealed class AccessHistory
{
    /// <summary>The cache as a whole.</summary>
    public const string Whole = "all";

    /// <summary>What the categories are called that found no group of their own.</summary>
    public const string Other = "other";

    private static readonly string[] TierOrder = ["mem0", "upstash", "postgresql"];

    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(15);

    private readonly Func<string, string, TtlReplay> _replayOf;
    private readonly int _mostGroups;
    private readonly Dictionary<(string, string), GroupHistory> _groups = [];
    private readonly Dictionary<string, SampledCurve> _tierCurves = [];
    private readonly Dictionary<string, SampledCurve> _categoryCurves = [];
    private readonly Dictionary<string, long> _asked = [];
    private readonly Dictionary<string, long> _hits = [];
    private readonly long[] _byHour = new long[24];
    private long _recent;

    /// <param name="replayOf">Makes the replay of a category and agent.</param>
    public AccessHistory(DateTimeOffset from, DateTimeOffset until, Func<string, string, TtlReplay> replayOf, int mostGroups) =>
        (From, Until, _replayOf, _mostGroups) = (from, until, replayOf, mostGroups);

    public DateTimeOffset From { get; }

    public DateTimeOffset Until { get; }

    public DateTimeOffset? FirstAt { get; private set; }

    public DateTimeOffset? LastAt { get; private set; }

    /// <summary>Logged lookups.</summary>
    public long Logged { get; private set; }

    /// <summary>Lookups in the whole workload that these stand for.</summary>
    public double Lookups { get; private set; }

    /// <summary>Logged lookups that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>The time that the log covers.</summary>
    public TimeSpan Covered => LastAt - FirstAt ?? TimeSpan.Zero;

    /// <summary>Lookups a month at the pace seen; null when too little time was seen.</summary>
    public double? LookupsPerMonth => Covered > TimeSpan.Zero ? Lookups / Covered.TotalDays * 30 : null;

    /// <summary>Lookups of the last quarter of an hour against the usual pace; null when less than a day was seen, for then nothing is usual.</summary>
    public double? RecentPace => Covered < TimeSpan.FromDays(1) ? null : _recent / Recently.TotalSeconds / (Logged / Covered.TotalSeconds);

    /// <summary>Logged lookups by hour of the day, UTC.</summary>
    public IReadOnlyList<long> ByHour => _byHour;

    public IReadOnlyList<GroupHistory> Groups => [.. _groups.Values.OrderByDescending(group => group.Lookups)];

    /// <summary>Lookups in the order of time.</summary>
    public void Add(in LoggedAccess access)
    {
        (FirstAt, LastAt) = (FirstAt ?? access.At, access.At);
        Logged++;
        Lookups += 1 / access.Rate;
        Answered += access.IsHit ? 1 : 0;
        _byHour[access.At.UtcDateTime.Hour]++;
        _recent += access.At >= Until - Recently ? 1 : 0;
        var at = (access.At - From).TotalSeconds;
        GroupOf(access.Category, access.Agent).Add(access, at);
        AddToCurves(access);
    }

    /// <summary>The curve of the lookups that reached a tier (all, mem0, upstash, postgresql); null when none did.</summary>
    public SampledCurve? TierCurve(string tier) => _tierCurves.GetValueOrDefault(tier);

    /// <summary>Answered ÷ asked of a tier; null when it was not asked.</summary>
    public double? HitRatioOfTier(string tier) => _asked.GetValueOrDefault(tier) is > 0 and var asked ? (double)_hits.GetValueOrDefault(tier) / asked : null;

    public SampledCurve? CategoryCurve(string category) => _categoryCurves.GetValueOrDefault(category);

    private GroupHistory GroupOf(string category, string agent)
    {
        if (_groups.TryGetValue((category, agent), out var known))
        {
            return known;
        }

        if (_groups.Count >= _mostGroups)
        {
            (category, agent) = (Other, Other);
            if (_groups.TryGetValue((category, agent), out known))
            {
                return known;
            }
        }

        return _groups[(category, agent)] = new GroupHistory(category, agent, _replayOf(category, agent));
    }

    // A tier is asked when those before it had no answer.
    private void AddToCurves(in LoggedAccess access)
    {
        var key = unchecked((int)(access.Key >> 13));
        CurveOf(_tierCurves, Whole, access.Rate)?.Add(key);
        foreach (var tier in TierOrder)
        {
            _asked[tier] = _asked.GetValueOrDefault(tier) + 1;
            CurveOf(_tierCurves, tier, access.Rate)?.Add(key);
            if (access.Tier == tier)
            {
                _hits[tier] = _hits.GetValueOrDefault(tier) + 1;
                break;
            }
        }

        CurveOf(_categoryCurves, access.Category, access.Rate)?.Add(key);
    }

    // A curve is drawn at one rate; lookups logged at another one are left to the other figures.
    private SampledCurve? CurveOf(Dictionary<string, SampledCurve> curves, string name, double rate)
    {
        if (curves.TryGetValue(name, out var curve))
        {
            return Math.Abs(curve.Given - rate) < 1e-6 ? curve : null;
        }

        return curves.Count >= _mostGroups + 1 ? null : curves[name] = new SampledCurve(new CurvePolicy { Given = rate });
    }
}
