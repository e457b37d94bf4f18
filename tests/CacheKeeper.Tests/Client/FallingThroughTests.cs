using System.Diagnostics;
using System.Net;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Faults;

namespace CacheKeeper.Tests.Client;

/// <summary>A tier that fails costs its time-out at most, then nothing; the next one answers.</summary>
public sealed class FallingThroughTests(SandboxFixture sandbox)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(NetworkFault.Refuse), TierOutcome.Failed)]
    [InlineData(nameof(NetworkFault.Reset), TierOutcome.Failed)]
    [InlineData(nameof(NetworkFault.Half), TierOutcome.TimedOut)]
    [InlineData(nameof(NetworkFault.Garbage), TierOutcome.Failed)]
    public async Task A_broken_network_to_Redis_leaves_the_answer_to_PostgreSQL(string fault, TierOutcome outcome)
    {
        var options = await sandbox.NewClientOptionsAsync();
        await using var proxy = await FaultProxy.StartAsync(new IPEndPoint(IPAddress.Loopback, new Uri(options.UpstashUrl!).Port));
        (options.UpstashUrl, options.UpstashTimeout, options.Mem0ApiKey) = ($"http://127.0.0.1:{proxy.Port}", TimeSpan.FromMilliseconds(300), null);
        var query = $"How do I pay for {options.Project}?";
        await using var cache = new TieredCache(options);
        await cache.SaveAsync(query, "By UPI.", cancellationToken: Cancel);

        proxy.Set(Enum.Parse<NetworkFault>(fault));
        var lookup = await cache.LookupAsync(query, cancellationToken: Cancel);
        Assert.Equal((CacheTiers.PostgreSql, "By UPI."), (lookup.Tier, lookup.Response));
        Assert.Equal(outcome, lookup.Attempts[0].Outcome);
    }

    [Theory]
    [InlineData(nameof(NetworkFault.Refuse))]
    [InlineData(nameof(NetworkFault.Half))]
    [InlineData(nameof(NetworkFault.Cut))]
    public async Task A_broken_network_to_PostgreSQL_makes_a_miss_within_the_time_out(string fault)
    {
        var options = await sandbox.NewClientOptionsAsync();
        var sound = new Npgsql.NpgsqlConnectionStringBuilder(PostgreSqlUrl.ToConnectionString(options.DatabaseUrl!));
        await using var proxy = await FaultProxy.StartAsync(new IPEndPoint(IPAddress.Loopback, sound.Port));
        sound.Port = proxy.Port;
        options = TieredCacheTests.Only(options, CacheTiers.PostgreSql);
        (options.DatabaseUrl, options.PostgreSqlTimeout) = (sound.ConnectionString, TimeSpan.FromMilliseconds(300));
        await using var cache = new TieredCache(options);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);

        proxy.Set(Enum.Parse<NetworkFault>(fault));
        var started = Stopwatch.GetTimestamp();
        var lookup = await cache.LookupAsync("How do I pay?", cancellationToken: Cancel);
        Assert.False(lookup.IsHit);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);

        proxy.Clear();
        options.PostgreSqlTimeout = TimeSpan.FromSeconds(20);
        await using var healed = new TieredCache(options);
        Assert.True((await healed.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
    }

    [Fact]
    public async Task A_tier_that_failed_three_times_rests_and_is_tried_again()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var options = new CacheKeeperClientOptions { UpstashUrl = "http://127.0.0.1:1", UpstashToken = "t", UpstashTimeout = TimeSpan.FromMinutes(1) };
        await using var cache = new TieredCache(options, time);
        Assert.Equal(
            [TierOutcome.Failed, TierOutcome.Failed, TierOutcome.Failed, TierOutcome.Resting, TierOutcome.Resting],
            await OutcomesAsync(cache, 5));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([TierOutcome.Failed, TierOutcome.Resting], await OutcomesAsync(cache, 2));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([TierOutcome.Resting], await OutcomesAsync(cache, 1));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([TierOutcome.Failed], await OutcomesAsync(cache, 1));
        Assert.Equal(5, cache.Counters["error:upstash:payments"]);
        Assert.Equal(4, cache.Counters["skip:upstash:payments"]);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_cancellation()
    {
        await using var cache = new TieredCache(await sandbox.NewClientOptionsAsync());
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.LookupAsync("How do I pay?", cancellationToken: gone.Token));
    }

    private static async Task<List<TierOutcome>> OutcomesAsync(TieredCache cache, int times)
    {
        var outcomes = new List<TierOutcome>();
        for (var time = 0; time < times; time++)
        {
            outcomes.Add((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).Attempts[0].Outcome);
        }

        return outcomes;
    }
}
