namespace CacheKeeper.Optimization.Simulation;

/// <summary>Adaptive replacement: recent (T1) and frequent (T2) keys share the room as their ghosts (B1, B2) ask. Megiddo and Modha, FAST 2003, figure 4.</summary>
internal sealed class ArcCache : ISimulatedCache
{
    private enum Place : byte
    {
        None,
        Recent,
        Frequent,
        RecentGhost,
        FrequentGhost,
    }

    private readonly int _capacity;
    private readonly Place[] _place;
    private readonly KeyQueue _recent;
    private readonly KeyQueue _frequent;
    private readonly KeyQueue _recentGhosts;
    private readonly KeyQueue _frequentGhosts;
    private double _target;

    public ArcCache(int keys, int capacity)
    {
        var links = new KeyLinks(keys);
        (_capacity, _place) = (capacity, new Place[keys]);
        (_recent, _frequent, _recentGhosts, _frequentGhosts) = (new(links), new(links), new(links), new(links));
    }

    public string Name => "arc";

    public bool Access(int key)
    {
        switch (_place[key])
        {
            case Place.Recent:
                _recent.Remove(key);
                Put(key, Place.Frequent, _frequent);
                return true;
            case Place.Frequent:
                _frequent.MoveFirst(key);
                return true;
            case Place.RecentGhost:
                _target = Math.Min(_capacity, _target + Math.Max(1, (double)_frequentGhosts.Count / _recentGhosts.Count));
                Replace(wasFrequentGhost: false);
                _recentGhosts.Remove(key);
                Put(key, Place.Frequent, _frequent);
                return false;
            case Place.FrequentGhost:
                _target = Math.Max(0, _target - Math.Max(1, (double)_recentGhosts.Count / _frequentGhosts.Count));
                Replace(wasFrequentGhost: true);
                _frequentGhosts.Remove(key);
                Put(key, Place.Frequent, _frequent);
                return false;
            default:
                MakeRoom();
                Put(key, Place.Recent, _recent);
                return false;
        }
    }

    private void MakeRoom()
    {
        if (_recent.Count + _recentGhosts.Count == _capacity)
        {
            if (_recent.Count < _capacity)
            {
                Forget(_recentGhosts);
                Replace(wasFrequentGhost: false);
            }
            else
            {
                Forget(_recent);
            }

            return;
        }

        var total = _recent.Count + _frequent.Count + _recentGhosts.Count + _frequentGhosts.Count;
        if (total >= _capacity)
        {
            if (total == 2 * _capacity)
            {
                Forget(_frequentGhosts);
            }

            Replace(wasFrequentGhost: false);
        }
    }

    private void Replace(bool wasFrequentGhost)
    {
        if (_recent.Count > 0 && (_recent.Count > _target || (wasFrequentGhost && _recent.Count == (int)_target)))
        {
            Put(_recent.RemoveLast(), Place.RecentGhost, _recentGhosts);
        }
        else if (_frequent.Count > 0)
        {
            Put(_frequent.RemoveLast(), Place.FrequentGhost, _frequentGhosts);
        }
    }

    private void Put(int key, Place place, KeyQueue queue)
    {
        _place[key] = place;
        queue.AddFirst(key);
    }

    private void Forget(KeyQueue queue) => _place[queue.RemoveLast()] = Place.None;
}
