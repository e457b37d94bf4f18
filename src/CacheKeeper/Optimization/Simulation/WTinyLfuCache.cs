namespace CacheKeeper.Optimization.Simulation;

/// <summary>
/// A 1 % window before a segmented LRU (20 % on probation, 80 % protected); who leaves the window enters only when asked for more often
/// than the victim, by exact 4-bit counts halved every ten capacities. Einziger, Friedman and Manes, ACM ToS 2017; without an adaptive window.
/// </summary>
internal sealed class WTinyLfuCache : ISimulatedCache
{
    private const double WindowShare = 0.01;
    private const double ProtectedShare = 0.80;
    private const byte MostCounted = 15;
    private const int SampleFactor = 10;

    private enum Place : byte
    {
        None,
        Window,
        Probation,
        Protected,
    }

    private readonly int _windowRoom;
    private readonly int _mainRoom;
    private readonly int _protectedRoom;
    private readonly long _sample;
    private readonly Place[] _place;
    private readonly byte[] _counts;
    private readonly KeyQueue _window;
    private readonly KeyQueue _probation;
    private readonly KeyQueue _protected;
    private long _counted;

    public WTinyLfuCache(int keys, int capacity)
    {
        var links = new KeyLinks(keys);
        _windowRoom = Math.Max(1, (int)(capacity * WindowShare));
        _mainRoom = Math.Max(0, capacity - _windowRoom);
        _protectedRoom = (int)(_mainRoom * ProtectedShare);
        _sample = (long)SampleFactor * capacity;
        (_place, _counts) = (new Place[keys], new byte[keys]);
        (_window, _probation, _protected) = (new(links), new(links), new(links));
    }

    public string Name => "w-tinylfu";

    public bool Access(int key)
    {
        Count(key);
        switch (_place[key])
        {
            case Place.Window:
                _window.MoveFirst(key);
                return true;
            case Place.Probation:
                _probation.Remove(key);
                Protect(key);
                return true;
            case Place.Protected:
                _protected.MoveFirst(key);
                return true;
            default:
                Put(key, Place.Window, _window);
                if (_window.Count > _windowRoom)
                {
                    Admit(_window.RemoveLast());
                }

                return false;
        }
    }

    private void Count(int key)
    {
        if (_counts[key] < MostCounted)
        {
            _counts[key]++;
        }

        if (++_counted < _sample)
        {
            return;
        }

        _counted = _sample / 2;
        for (var each = 0; each < _counts.Length; each++)
        {
            _counts[each] >>= 1;
        }
    }

    private void Protect(int key)
    {
        Put(key, Place.Protected, _protected);
        if (_protected.Count > _protectedRoom)
        {
            Put(_protected.RemoveLast(), Place.Probation, _probation);
        }
    }

    private void Admit(int candidate)
    {
        if (_probation.Count + _protected.Count < _mainRoom)
        {
            Put(candidate, Place.Probation, _probation);
            return;
        }

        var victims = _probation.Count > 0 ? _probation : _protected;
        if (victims.Count == 0 || _counts[candidate] <= _counts[victims.Tail])
        {
            _place[candidate] = Place.None;
            return;
        }

        _place[victims.RemoveLast()] = Place.None;
        Put(candidate, Place.Probation, _probation);
    }

    private void Put(int key, Place place, KeyQueue queue)
    {
        _place[key] = place;
        queue.AddFirst(key);
    }
}
