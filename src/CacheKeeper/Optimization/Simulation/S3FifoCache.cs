namespace CacheKeeper.Optimization.Simulation;

/// <summary>Three queues: a small one (10 %) filters what comes once, a main one, and ghosts as many as the main holds. Yang and others, SOSP 2023.</summary>
internal sealed class S3FifoCache : ISimulatedCache
{
    private const double SmallShare = 0.10;
    private const byte MostVisits = 3;
    private const byte EnoughVisits = 2;

    private enum Place : byte
    {
        None,
        Small,
        Main,
        Ghost,
    }

    private readonly int _smallRoom;
    private readonly int _mainRoom;
    private readonly Place[] _place;
    private readonly byte[] _visits;
    private readonly KeyQueue _small;
    private readonly KeyQueue _main;
    private readonly KeyQueue _ghosts;

    public S3FifoCache(int keys, int capacity)
    {
        var links = new KeyLinks(keys);
        _smallRoom = Math.Max(1, (int)(capacity * SmallShare));
        _mainRoom = capacity - _smallRoom;
        (_place, _visits) = (new Place[keys], new byte[keys]);
        (_small, _main, _ghosts) = (new(links), new(links), new(links));
    }

    public string Name => "s3-fifo";

    public bool Access(int key)
    {
        if (_place[key] is Place.Small or Place.Main)
        {
            _visits[key] = (byte)Math.Min(MostVisits, _visits[key] + 1);
            return true;
        }

        var known = _place[key] == Place.Ghost;
        if (known)
        {
            _ghosts.Remove(key);
            _place[key] = Place.None;
        }

        while (_small.Count + _main.Count >= _smallRoom + _mainRoom)
        {
            Evict();
        }

        Put(key, known ? Place.Main : Place.Small, known ? _main : _small);
        _visits[key] = 0;
        return false;
    }

    private void Evict()
    {
        if (_main.Count > _mainRoom || _small.Count == 0)
        {
            EvictMain();
        }
        else
        {
            EvictSmall();
        }
    }

    private void EvictSmall()
    {
        while (_small.Count > 0)
        {
            var key = _small.RemoveLast();
            if (_visits[key] >= EnoughVisits)
            {
                _visits[key] = 0;
                Put(key, Place.Main, _main);
                if (_main.Count > _mainRoom)
                {
                    EvictMain();
                    return;
                }

                continue;
            }

            if (_ghosts.Count >= _mainRoom && _ghosts.Count > 0)
            {
                _place[_ghosts.RemoveLast()] = Place.None;
            }

            Put(key, Place.Ghost, _ghosts);
            return;
        }
    }

    private void EvictMain()
    {
        while (true)
        {
            var key = _main.RemoveLast();
            if (_visits[key] == 0)
            {
                _place[key] = Place.None;
                return;
            }

            _visits[key]--;
            _main.AddFirst(key);
        }
    }

    private void Put(int key, Place place, KeyQueue queue)
    {
        _place[key] = place;
        queue.AddFirst(key);
    }
}
