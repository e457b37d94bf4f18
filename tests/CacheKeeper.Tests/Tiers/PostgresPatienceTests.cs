using System.Diagnostics;
using System.Net;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>Deadlines towards PostgreSQL hold whatever the network does.</summary>
public class PostgresPatienceTests(SandboxFixture sandbox)
{
    private static readonly PostgresSettings Settings = new() { Timeout = TimeSpan.FromSeconds(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dripping_network_does_not_hold_a_new_connection_beyond_the_time_out()
    {
        var (tier, proxy) = await BuildAsync();
        proxy.Set(NetworkFault.Drip, TimeSpan.FromMilliseconds(100));
        var begun = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<TierException>(() => tier.IsSuperuserAsync(Cancel));
        Assert.Contains("no answer within 1 s", failure.Message);
        Assert.InRange(begun.Elapsed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));
        await proxy.DisposeAsync();
        await tier.DisposeAsync();
    }

    [Fact]
    public async Task Work_that_does_not_hear_of_its_cancellation_is_left_to_itself()
    {
        var (tier, proxy) = await BuildAsync();
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        var begun = new TaskCompletionSource();
        var working = tier.RunAsync(
            "wait",
            (_, _) =>
            {
                begun.SetResult();
                return never.Task;
            },
            stop.Token);
        await begun.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => working.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        never.SetResult(0);
        await proxy.DisposeAsync();
        await tier.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_the_tiers_failure_and_its_connection_is_not_used_again()
    {
        var (tier, proxy) = await BuildAsync();
        Assert.False(await tier.IsSuperuserAsync(Cancel));
        proxy.Set(NetworkFault.Garbage);
        for (var tries = 0; tries < 20; tries++)
        {
            await Assert.ThrowsAsync<TierException>(() => tier.IsSuperuserAsync(Cancel));
        }

        proxy.Clear();
        Assert.False(await tier.IsSuperuserAsync(Cancel));
        await proxy.DisposeAsync();
        await tier.DisposeAsync();
    }

    private async Task<(PostgresTier Tier, FaultProxy Proxy)> BuildAsync()
    {
        var (_, keeper) = await sandbox.NewDatabaseUrlsAsync(2);
        var address = PostgresConnectionHost.Parse(keeper);
        var proxy = await FaultProxy.StartAsync(new IPEndPoint(IPAddress.Loopback, address.Port));
        address.Port = proxy.Port;
        return (new PostgresTier(PostgresConnectionHost.Create(address.ConnectionString, Settings), Settings, TimeProvider.System), proxy);
    }
}
