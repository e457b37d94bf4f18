using CacheKeeper.Cleanup;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class RemovalsRunnerTests
{
    private readonly List<string> _told = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_end_in_the_order_in_which_they_began_and_no_more_than_asked_for()
    {
        var runner = Runner();
        var (first, second) = (new TaskCompletionSource<RemovalOutcome>(), new TaskCompletionSource<RemovalOutcome>());
        runner.Begin([Of("a")], first.Task);
        runner.Begin([Of("b")], second.Task);
        second.SetResult(RemovalOutcome.Nothing);
        var ending = runner.EndAsync(most: 1, Stop);
        Assert.False(ending.IsCompleted);
        first.SetResult(RemovalOutcome.Nothing);
        await ending;
        Assert.Equal(["a"], _told);
        await runner.EndAsync(most: 0, Stop);
        Assert.Equal(["a", "b"], _told);
    }

    [Fact]
    public async Task What_one_removed_while_another_failed_is_told_before_the_failure()
    {
        var runner = Runner();
        runner.Begin([Of("a")], Task.FromException<RemovalOutcome>(new IOException("full")));
        runner.Begin([Of("b")], Task.FromResult(RemovalOutcome.Nothing));
        await Assert.ThrowsAsync<IOException>(() => runner.EndAsync(most: 1, Stop));
        Assert.Equal(["b"], _told);
    }

    private RemovalsRunner Runner() => new((batch, _, _) =>
    {
        _told.Add(batch[0].Entry.Id);
        return Task.CompletedTask;
    });

    private static Selection Of(string id) => new(new EntryHead(TierName.Postgresql, id, "1"), RemovalReason.Expired);
}
