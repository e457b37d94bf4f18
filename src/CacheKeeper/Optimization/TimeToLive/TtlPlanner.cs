using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>
/// Chooses a time to live at every access, learning while it runs from the gaps it sees (by how often an entry was asked for), and keeps
/// the mean number of live entries at what one time to live for all would cost. Time is an argument, in any unit; keys are dense.
/// </summary>
internal sealed class TtlPlanner
{
    private readonly TtlPolicy _policy;
    private readonly double _single;
    private readonly GapHistogram _gaps;
    private readonly int[] _counts;
    private readonly double[] _last;
    private readonly double[] _given;
    private readonly List<int> _known = [];
    private TtlTable? _table;
    private double _live;
    private double _singleLive;
    private double _renewAt;
    private int _accesses;

    /// <param name="single">The one time to live whose live entries are the budget.</param>
    public TtlPlanner(int keys, double single, TtlPolicy? policy = null)
    {
        _policy = policy ?? new();
        _single = single;
        var unit = single / Math.Pow(2, _policy.OctavesBelow);
        _gaps = new GapHistogram(CountClasses.Count, new GapBins(unit, _policy.BinsPerOctave, _policy.OctavesBelow + _policy.OctavesAbove));
        (_counts, _last, _given) = (new int[keys], new double[keys], new double[keys]);
        _renewAt = single * _policy.RenewAfterShare;
    }

    public int Hits { get; private set; }

    /// <summary>What one time to live for all would have hit.</summary>
    public int SingleHits { get; private set; }

    /// <summary>The time to live of a class of entries now (by how often they were asked for); the one time to live until something is known.</summary>
    public double TimeFor(int count) => _table?.Of(CountClasses.Of(count)) ?? _single;

    /// <summary>Notes an access and gives the entry its time to live from now.</summary>
    public double Access(int key, double now)
    {
        if (_counts[key] > 0)
        {
            Close(key, now - _last[key]);
        }
        else
        {
            _known.Add(key);
        }

        _counts[key]++;
        _last[key] = now;
        _accesses++;
        if (now >= _renewAt && _accesses >= _policy.RenewAfterAccesses)
        {
            Renew(now);
            (_renewAt, _accesses) = (now + (_single * _policy.RenewAfterShare), 0);
        }

        return _given[key] = TimeFor(_counts[key]);
    }

    /// <summary>Live time so far, ours and that of one time to live for all; divided by the time passed it is the mean number of live entries.</summary>
    public (double Ours, double Single) LiveTime(double now)
    {
        var (ours, single) = (_live, _singleLive);
        foreach (var key in _known)
        {
            ours += Math.Min(now - _last[key], _given[key]);
            single += Math.Min(now - _last[key], _single);
        }

        return (ours, single);
    }

    private void Close(int key, double gap)
    {
        Hits += gap <= _given[key] ? 1 : 0;
        SingleHits += gap <= _single ? 1 : 0;
        _live += Math.Min(gap, _given[key]);
        _singleLive += Math.Min(gap, _single);
        _gaps.AddClosed(CountClasses.Of(_counts[key]), gap);
    }

    private void Renew(double now)
    {
        _gaps.ClearOpen();
        foreach (var key in _known)
        {
            _gaps.AddOpen(CountClasses.Of(_counts[key]), now - _last[key]);
        }

        var weights = new double[CountClasses.Count];
        for (var group = 0; group < weights.Length; group++)
        {
            weights[group] = _gaps.Total(group);
        }

        var table = new TtlTable(ReuseCurves.Learn(_gaps, 1, _policy.Reuse), _gaps.Bins, weights);
        var spending = 1 + (_policy.Correction * (_policy.BudgetShare - Spent(table, now)));
        table.Choose(table.ExpectedLive(_single) * Math.Clamp(spending, _policy.LeastSpending, _policy.MostSpending), _single);
        _table = table;
    }

    // Live time so far and still promised, as a share of what one time to live for all has used and promised.
    private double Spent(TtlTable table, double now)
    {
        var (ours, single) = LiveTime(now);
        foreach (var key in _known)
        {
            var (group, idle) = (CountClasses.Of(_counts[key]), now - _last[key]);
            ours += table.Remaining(group, idle, _given[key]);
            single += table.Remaining(group, idle, _single);
        }

        return single > 0 ? ours / single : 1;
    }
}
