using CacheKeeper.Cli;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>Where a tier's bytes are.</summary>
public sealed class MemoryTallyTests
{
    [Fact]
    public void The_biggest_come_first_and_groups_add_up_to_the_whole()
    {
        var tally = new MemoryTally(3);
        foreach (var (key, bytes) in ((string, long)[])[("pay:a", 10), ("pay:b", 500), ("kyc:c", 70), ("plain", 5), ("kyc:d", 90)])
        {
            tally.Add(new EntryHead(TierName.Upstash, key, "") { Bytes = bytes });
        }

        var use = tally.Use(TierName.Upstash);
        Assert.Equal((5, 675), (use.Entries, use.EstimatedBytes));
        Assert.Equal(["pay:b", "kyc:d", "kyc:c"], use.Biggest.Select(part => part.Name));
        Assert.Equal([new SizedPart("pay:", 510, 2), new SizedPart("kyc:", 160, 2), new SizedPart("(no prefix)", 5)], use.Groups);
    }

    [Fact]
    public void Text_for_people_says_what_is_estimated_and_what_is_measured_and_lets_no_key_move_the_cursor()
    {
        var use = new MemoryUse(TierName.Upstash) { Entries = 2, EstimatedBytes = 2048, MeasuredBytes = 5 << 20, LimitBytes = 10 << 20, Biggest = [new SizedPart("evil\u001b[2J\r\nkey", 1500)] };
        var text = MemoryUseText.Of(use);
        Assert.StartsWith("Upstash   2 entries, together 2 KB; the store says 5 MB of 10 MB", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(3, text.Split('\n').Length);
    }
}
