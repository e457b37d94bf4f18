using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>What the keeper remembers of a tier after a run.</summary>
public sealed class PlanGuardServiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_stopped_answering_is_remembered_as_the_one_it_was(bool stopped)
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
        var notes = new NoteStore(state);
        var settings = new PostgresSettings { Url = new Secret { Text = "postgres://keeper@127.0.0.1:1/nothing" } };
        await using var silent = new PostgresTier(PostgresConnectionHost.Create(settings.Url.Text, settings), settings, TimeProvider.System);
        await notes.WriteAsync("p", "tier:postgresql", new TierMemory(100, DateTimeOffset.UnixEpoch, "db/1/2"), DateTimeOffset.UnixEpoch, Stop);
        var plan = new CleanupPlan
        {
            Plan = "plan-1",
            Project = "p",
            Asked = CleanupMode.Light,
            Mode = CleanupMode.Light,
            Reason = "",
            AsOf = DateTimeOffset.UnixEpoch.AddDays(1),
            ValidUntil = DateTimeOffset.UnixEpoch.AddDays(2),
            Tiers = [new TierTotals(TierName.Postgresql, 90, 1000)],
            Removals = [],
        };

        await new PlanGuardService([silent], notes, new RunStore(state), new CleanupPolicy(), "p").RememberAsync(plan, new CleanupTally(), new CancellationToken(stopped));

        Assert.Equal(new TierMemory(90, plan.AsOf, "db/1/2"), await notes.ReadAsync<TierMemory>("p", "tier:postgresql", Stop));
    }
}
