using System.Globalization;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>A project's three tiers with a gateway that uses them, hour by hour, and seeded faults.</summary>
internal sealed class SimulatedCache
{
    private static readonly string[] Categories = ["payments", "users", "orders", "analytics"];
    private static readonly string[] Faults = ["refuse", "garbage", "half"];
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly Dictionary<TierName, int> _brokenFor = [];
    private int _number;

    public SimulatedCache(int seed, TimeProvider time)
    {
        (_random, _time) = (new Random(seed), time);
        Tiers = [new(TierName.Upstash, time, TimeProvider.System), new(TierName.Mem0, time, TimeProvider.System), new(TierName.Postgresql, time, TimeProvider.System)];
        foreach (var tier in Tiers)
        {
            for (var i = 0; i < 20; i++)
            {
                Pinned.Add(tier.Put($"pinned-{i}", "configuration", $"pinned {i}", null, pinned: true));
            }
        }
    }

    public IReadOnlyList<SimulatedTier> Tiers { get; }

    public List<string> Pinned { get; } = [];

    public int FaultsBegun { get; private set; }

    public void LiveAnHour()
    {
        foreach (var tier in Tiers)
        {
            Break(tier);
            for (var i = 0; i < 12; i++)
            {
                var number = ++_number;
                var text = string.Create(CultureInfo.InvariantCulture, $"How do I settle payment {_random.Next(400)} of merchant {_random.Next(50)}?");
                var life = TimeSpan.FromHours(_random.Next(1, 96));
                tier.Put($"{number:x8}", Categories[_random.Next(Categories.Length)], text, tier.Name == TierName.Mem0 && _random.Next(3) > 0 ? null : _time.GetUtcNow() + life);
            }

            foreach (var entry in tier.Entries.Where(_ => _random.Next(20) == 0).Select(entry => entry.Head.Id).ToList())
            {
                tier.Hit(entry);
            }
        }
    }

    private void Break(SimulatedTier tier)
    {
        if (_brokenFor.TryGetValue(tier.Name, out var hours) && hours > 0)
        {
            _brokenFor[tier.Name] = hours - 1;
            return;
        }

        tier.Fault = null;
        if (_random.NextDouble() < 0.02)
        {
            tier.Fault = Faults[_random.Next(Faults.Length)];
            _brokenFor[tier.Name] = _random.Next(0, 6);
            FaultsBegun++;
        }
    }
}
