using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>What a scan remembers and how it cuts its work.</summary>
public sealed class SeenKeysTests
{
    [Fact]
    public void A_key_is_new_once_however_many_are_seen()
    {
        var seen = new SeenKeys();
        var keys = Enumerable.Range(0, 50_000).Select(number => $"category:{number}").ToList();
        Assert.All(keys, key => Assert.True(seen.Add(key)));
        Assert.All(keys, key => Assert.False(seen.Add(key)));
    }

    [Fact]
    public void Parts_hold_every_entry_once_in_order_within_both_bounds()
    {
        int[] sizes = [1, 1, 1, 90, 20, 5, 300, 2, 2, 2, 2, 2];
        var parts = EntryParts.Of(sizes, 4, 100, size => size).ToList();
        Assert.Equal(sizes, parts.SelectMany(part => part));
        Assert.All(parts, part => Assert.True(part.Count <= 4 && (part.Count == 1 || part.Sum() <= 100)));
    }
}
