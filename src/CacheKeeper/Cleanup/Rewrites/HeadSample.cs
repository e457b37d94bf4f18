using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Every n-th of the entries seen, at most so many: n doubles whenever there would be more.</summary>
internal sealed class HeadSample(int most)
{
    private readonly List<EntryHead> _heads = [];
    private long _seen;
    private long _step = 1;

    public IReadOnlyList<EntryHead> Heads => _heads;

    public void Add(EntryHead head)
    {
        if (_seen++ % _step != 0)
        {
            return;
        }

        _heads.Add(head);
        if (_heads.Count > most)
        {
            _step *= 2;
            var kept = _heads.Where((_, i) => i % 2 == 0).ToList();
            _heads.Clear();
            _heads.AddRange(kept);
        }
    }
}
