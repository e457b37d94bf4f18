using CacheKeeper.Cleanup.Pace;

namespace CacheKeeper.Tests.Cleanup;

public sealed class BatchPaceTests
{
    private static readonly PacePolicy Policy = new() { BatchTime = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public void Batches_grow_by_two_at_most_shrink_at_once_and_stay_within_their_bounds()
    {
        var pace = BatchPace.Start(most: 5000);
        Assert.Equal([1000, 2000, 4000, 5000, 1250, 100], [pace.Entries, .. Following(pace, [10, 10, 10, 200, 9999])]);
    }

    [Fact]
    public void A_small_bound_holds_from_the_first_batch_on()
    {
        var pace = BatchPace.Start(most: 7);
        Assert.Equal(7, pace.Entries);
        Assert.Equal(7, pace.After(7, TimeSpan.FromSeconds(5), Policy, most: 7).Entries);
        Assert.Equal(7, pace.After(7, TimeSpan.Zero, Policy, most: 7).Entries);
    }

    private static IEnumerable<int> Following(BatchPace pace, double[] times)
    {
        foreach (var time in times)
        {
            pace = pace.After(pace.Entries, TimeSpan.FromMilliseconds(time), Policy, most: 5000);
            yield return pace.Entries;
        }
    }
}
