using CacheKeeper.Client;
using CacheKeeper.Recovery;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Scheduling;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Recovery;

/// <summary>Real tiers are broken and mended: readers are told, the incident is written down, and everything returns by itself.</summary>
public sealed class RecoveryServiceTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Mem0", "upstash")]
    [InlineData("Upstash", "postgresql")]
    [InlineData("Postgresql", "upstash")]
    public async Task A_tier_that_dies_is_left_out_its_neighbour_stretched_and_all_is_taken_back_when_it_lives(string name, string neighbour)
    {
        var tier = Enum.Parse<TierName>(name);
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        Assert.Empty((await rig.LookAsync()).Open);
        rig[tier].Set(NetworkFault.Refuse);
        await rig.LookAsync(5);
        await rig.LookAsync(5);
        await rig.LookAsync(5);
        var directives = await rig.DirectivesAsync();
        Assert.Equal(tier.Word(), Assert.Single(directives.LeaveOut).Tier);
        Assert.Equal(neighbour, Assert.Single(directives.Ttl).Tier);
        Assert.All(directives.LeaveOut, part => Assert.InRange(part.Until, rig.Time.GetUtcNow(), rig.Time.GetUtcNow().AddMinutes(7)));
        rig[tier].Clear();
        Assert.InRange(await rig.LookUntilOverAsync(), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        Assert.Empty((await rig.DirectivesAsync()).LeaveOut);
        Assert.Empty((await rig.DirectivesAsync()).Ttl);
        var kinds = (await rig.TimelineAsync()).Select(line => line.Kind).ToList();
        Assert.Equal([IncidentEventKind.Seen, IncidentEventKind.Tried], kinds.Take(2));
        Assert.Equal(IncidentEventKind.Over, kinds[^1]);
    }

    [Fact]
    public async Task A_client_stops_asking_a_dead_tier_within_a_second_of_the_directive_and_asks_it_again_when_it_is_back()
    {
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        rig.Options.DirectivesInterval = new CacheKeeperClientOptions().DirectivesInterval;
        Assert.True(rig.Options.DirectivesInterval < TimeSpan.FromSeconds(1));
        await using var cache = new TieredCache(rig.Options);
        rig[TierName.Mem0].Set(NetworkFault.Reset);
        await rig.LookAsync(5);
        await rig.LookAsync(5);
        await rig.LookAsync(5);
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 1);
        var lookup = await cache.LookupAsync($"What of {rig.Options.Project}?", cancellationToken: Stop);
        Assert.Equal(TierOutcome.LeftOut, lookup.Attempts.Single(attempt => attempt.Tier == CacheTiers.Mem0).Outcome);
        rig[TierName.Mem0].Clear();
        await rig.LookUntilOverAsync();
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 0);
    }

    [Fact]
    public async Task When_every_tier_is_down_a_person_is_needed_and_the_readers_are_left_to_themselves()
    {
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        await rig.LookAsync();
        foreach (var tier in Enum.GetValues<TierName>())
        {
            rig[tier].Set(NetworkFault.Refuse);
        }

        await rig.LookAsync(5);
        await rig.LookAsync(5);
        var look = await rig.LookAsync(5);
        Assert.Contains(look.Open, incident => incident is { Key.Kind: IssueKind.AllTiersDown, NeedsPerson: true });
        Assert.Empty((await rig.DirectivesAsync()).LeaveOut);
        foreach (var tier in Enum.GetValues<TierName>())
        {
            rig[tier].Clear();
        }

        await rig.LookUntilOverAsync();
    }

    [Fact]
    public async Task While_frozen_the_directives_stay_as_they_are()
    {
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        await rig.Keeper.Freezes.FreezeAsync(new Freeze(rig.Time.GetUtcNow(), null, "ann", "moving"), Stop);
        rig[TierName.Mem0].Set(NetworkFault.Refuse);
        for (var look = 0; look < 4; look++)
        {
            await rig.LookAsync(5);
        }

        Assert.Empty((await rig.DirectivesAsync()).LeaveOut);
        Assert.Contains(await rig.TimelineAsync(), line => line.Kind == IncidentEventKind.HeldBack && line.Sentence.Contains("ann", StringComparison.Ordinal));
        await rig.Keeper.Freezes.UnfreezeAsync(Stop);
        await rig.LookAsync(5);
        Assert.Single((await rig.DirectivesAsync()).LeaveOut);
    }

    [Fact]
    public async Task Two_keepers_on_one_state_open_one_incident_and_try_once()
    {
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        var second = new RecoveryHost(rig.Keeper, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        rig[TierName.Upstash].Set(NetworkFault.Refuse);
        for (var look = 0; look < 4; look++)
        {
            rig.Time.Ahead += TimeSpan.FromSeconds(5);
            await Task.WhenAll(rig.Recovery.Service.LookAsync(Stop), second.Service.LookAsync(Stop));
        }

        Assert.Single(await rig.Recovery.Incidents.OpenAsync(rig.Keeper.Project, Stop));
        Assert.Single(await rig.TimelineAsync(), line => line.Kind == IncidentEventKind.Tried);
    }

    [Fact]
    public async Task Only_the_keeper_s_own_statements_are_cancelled()
    {
        await using var rig = await RecoveryRig.StartAsync(sandbox);
        var postgres = rig.Keeper.Tiers.OfType<PostgresTier>().Single();
        await using var others = Npgsql.NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(rig.Options.DatabaseUrl!) + ";Pooling=false");
        await using var connection = await others.OpenConnectionAsync(Stop);
        await using var sleeping = new Npgsql.NpgsqlCommand("select pg_sleep(600)", connection);
        using var end = new CancellationTokenSource();
        var theirs = sleeping.ExecuteScalarAsync(end.Token);
        var ours = postgres.RunAsync("sleep", async (own, _) =>
        {
            await using var command = new Npgsql.NpgsqlCommand("select pg_sleep(600)", own) { CommandTimeout = 0 };
            return await command.ExecuteScalarAsync(Stop);
        }, Stop);
        while (await Rows.ScalarAsync<long>(rig.Options.DatabaseUrl!, "select count(*) from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'") < 2)
        {
            await Task.Yield();
        }

        var runner = new RepairRunner(rig.Keeper.Tiers, (_, _) => Task.FromResult(""), new RecoveryPolicy());
        Assert.Contains("1 of the keeper's own", await runner.RunAsync(new Repair.CancelOwnStatements(TimeSpan.Zero), Stop), StringComparison.Ordinal);
        await Assert.ThrowsAsync<TierException>(() => ours);
        Assert.False(theirs.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => theirs);
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }
}
