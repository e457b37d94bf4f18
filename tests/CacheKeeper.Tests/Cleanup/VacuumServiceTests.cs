using CacheKeeper.Cleanup.Vacuum;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>Dead rows on a real PostgreSQL: vacuumed by one who may, left and told by one who may not.</summary>
public sealed class VacuumServiceTests(SandboxFixture sandbox)
{
    private static readonly VacuumPolicy Always = new() { LeastDeadRows = 1, DeadShareAbove = 0 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(999, 0, false)]
    [InlineData(1000, 0, true)]
    [InlineData(1000, 5000, false)]
    [InlineData(1001, 5000, true)]
    public void It_is_due_when_enough_rows_are_dead(long dead, long live, bool due) => Assert.Equal(due, new VacuumPolicy().IsDue(dead, live));

    [Fact]
    public async Task The_owner_of_the_table_vacuums_it()
    {
        var (owner, _) = await sandbox.NewDatabaseUrlsAsync();
        Assert.StartsWith("Vacuumed ", await RunAsync(owner, removed: 10), StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner));
        await using var command = source.CreateCommand("SELECT last_vacuum IS NOT NULL FROM pg_stat_all_tables WHERE relname = 'cache_entries'");
        Assert.Equal(true, await command.ExecuteScalarAsync(Stop));
    }

    [Fact]
    public async Task Who_may_not_leaves_them_to_autovacuum_and_says_which_right_is_missing()
    {
        var (_, keeper) = await sandbox.NewDatabaseUrlsAsync();
        Assert.Contains("neither owns", await RunAsync(keeper, removed: 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_when_it_is_not_due()
    {
        var (_, keeper) = await sandbox.NewDatabaseUrlsAsync();
        Assert.Equal("", await RunAsync(keeper, removed: 0));
    }

    [Fact]
    public async Task A_run_that_was_stopped_still_has_its_say()
    {
        var (owner, _) = await sandbox.NewDatabaseUrlsAsync();
        Assert.Contains("was stopped", await RunAsync(owner, removed: 10, new CancellationToken(canceled: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Under_a_superuser_nothing_is_maintained() =>
        Assert.Contains("superuser", new VacuumRights("postgres", true, true, 0, 5000).WhyNot("t"), StringComparison.Ordinal);

    private static async Task<string> RunAsync(string url, long removed, CancellationToken? stop = null)
    {
        var settings = new PostgresSettings();
        await using var tier = new PostgresTier(PostgresConnectionHost.Create(url, settings), settings, TimeProvider.System);
        return await new VacuumService([tier], Always, TimeProvider.System).RunAsync(removed, stop ?? Stop);
    }
}
