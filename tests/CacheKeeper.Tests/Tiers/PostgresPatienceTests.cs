using System.Diagnostics;
using System.Net;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Tiers;
using Npgsql;

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

    [Theory]
    [InlineData("SET client_encoding = 'LATIN1'; SELECT chr(233)", "Unable to translate")]
    [InlineData("SELECT '290000-01-01'::timestamptz", "")]
    [InlineData("SELECT true", "")]
    public async Task What_cannot_be_read_as_what_was_asked_for_is_the_tiers_failure(string statement, string words)
    {
        var (_, keeper) = await sandbox.NewDatabaseUrlsAsync(2);
        await using var tier = new PostgresTier(PostgresConnectionHost.Create(keeper, Settings), Settings, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<TierException>(() => tier.RunAsync("ask", (connection, _) => FirstAsync(connection, statement), Cancel));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_not_called_the_tiers_failure()
    {
        var (_, keeper) = await sandbox.NewDatabaseUrlsAsync(2);
        await using var tier = new PostgresTier(PostgresConnectionHost.Create(keeper, Settings), Settings, TimeProvider.System);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => tier.RunAsync("ask", (_, _) => Task.FromResult(new Dictionary<int, int>()[1]), Cancel));
    }

    [Fact]
    public void A_row_nobody_asked_for_is_an_answer_not_to_be_trusted() =>
        Assert.Throws<NpgsqlException>(() => new Dictionary<string, EntryHead> { ["1"] = new(TierName.Postgresql, "1", "v") }.Asked("2"));

    private static async Task<object> FirstAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (row.FieldCount == 0)
        {
            await row.NextResultAsync(Cancel);
        }

        await row.ReadAsync(Cancel);
        return statement.Contains("timestamptz", StringComparison.Ordinal) ? row.GetFieldValue<DateTimeOffset>(0) : row.GetString(0);
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
