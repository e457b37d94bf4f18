using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Backup;

/// <summary>Backups on real PostgreSQL, Redis and Mem0: what is lost comes back as it was, and nothing of anybody else is touched.</summary>
public sealed class BackupRoundTripTests(SandboxFixture sandbox)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_wiped_comes_back_as_it_was(int schema)
    {
        await using var place = await BackupPlace.MakeAsync(sandbox, schema: schema);
        await place.FillAsync(400);
        var (before, memories) = (await place.StateAsync(), await place.MemoriesAsync());
        Done(await place.BackUpAsync());

        await place.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{place.Project}'");
        await place.WipeRedisAsync();
        await place.WipeMemoriesAsync();
        var preview = await place.RestoreAsync(dryRun: true);
        Assert.Equal(400, preview.Plan!["tiers"]!["postgresql"]!["added"]!.GetValue<long>());
        Assert.NotEqual(before, await place.StateAsync());
        Done(await place.RestoreAsync());
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(memories, await place.MemoriesAsync());

        // A restore that is repeated finds nothing to do, memories under new ids included.
        Done(await place.RestoreAsync());
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(memories, await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_table_that_is_gone_is_made_again_with_its_indexes_and_its_numbers_go_on()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(50, memories: false);
        Done(await place.BackUpAsync(new BackupRequest { Tiers = ["postgresql"] }));
        var rows = (await place.StateAsync()).Where(line => line.StartsWith('(') && !line.Contains("_other", StringComparison.Ordinal)).ToList();
        var indexesBefore = (long)(await place.Owner.CreateCommand("SELECT count(*) FROM pg_indexes WHERE tablename = 'cache_entries'").ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        await place.SqlAsync("DROP TABLE cache_entries");
        await place.ReopenAsync(place.Settings with { Postgresql = place.Settings.Postgresql with { Url = new Secret { Text = place.OwnerUrl } } });
        var point = (await ListAsync(place))[0].Id;
        var run = Done(await place.RestoreAsync(new RestoreRequest { Point = point }));
        Assert.Contains("did not exist and was made anew", run.Reason, StringComparison.Ordinal);
        Assert.Equal(rows, (await place.StateAsync()).Where(line => line.StartsWith('(')));
        var (id, indexes) = await place.Keeper.Tiers.OfType<PostgresTier>().Single().RunAsync("insert", async (connection, _) =>
        {
            await using var command = new Npgsql.NpgsqlCommand("INSERT INTO cache_entries (query_hash, query_text, response_text, project_name) VALUES ('fresh', 'q', 'r', 'p') RETURNING id, (SELECT count(*) FROM pg_indexes WHERE tablename = 'cache_entries')", connection);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            await reader.ReadAsync(TestContext.Current.CancellationToken);
            return (reader.GetInt64(0), reader.GetInt64(1));
        }, TestContext.Current.CancellationToken);
        Assert.True(id > 51);
        Assert.Equal(indexesBefore, indexes);
    }

    [Fact]
    public async Task The_next_backup_writes_what_changed_and_each_of_them_restores_to_its_own_day()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(1500, memories: false);
        var days = new List<List<string>>();
        var points = new List<(string Id, long Stored)>();
        for (var day = 0; day < 4; day++)
        {
            var run = Done(await place.BackUpAsync(new BackupRequest { Tiers = ["postgresql"] }));
            points.Add((run.Actual!["point"]!.ToString(), run.Counts!["stored_bytes"]!.GetValue<long>()));
            days.Add(await place.StateAsync());
            await place.SqlAsync($"UPDATE cache_entries SET access_count = access_count + 1 WHERE id % 50 = {day} AND project_name = '{place.Project}'; DELETE FROM cache_entries WHERE id % 500 = {day + 7} AND project_name = '{place.Project}'");
            await place.SqlAsync($"INSERT INTO cache_entries (query_hash, query_text, response_text, project_name) VALUES ('{place.Project}-day{day}', 'q', 'r', '{place.Project}')");
            await place.BackUpAsync();
        }

        for (var day = 3; day >= 0; day--)
        {
            Done(await place.RestoreAsync(new RestoreRequest { Point = points[day].Id, Tiers = ["postgresql"], Aim = RestoreAim.Exact, AllowShare = 1 }));
            Assert.Equal(days[day], await place.StateAsync());
        }
    }

    [Fact]
    public async Task A_second_daily_backup_of_a_slow_changing_table_is_small()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(3000, memories: false);
        var first = Done(await place.BackUpAsync()).Counts!["postgresql"]!["stored_bytes"]!.GetValue<long>();
        await place.SqlAsync("UPDATE cache_entries SET response_text = response_text || 'x' WHERE id % 50 = 3");
        var second = Done(await place.BackUpAsync()).Counts!["postgresql"]!["stored_bytes"]!.GetValue<long>();
        Assert.InRange((double)second / first, 0.0001, 0.05);
        Assert.Equal(0, Done(await place.BackUpAsync()).Counts!["postgresql"]!["stored_bytes"]!.GetValue<long>());
    }

    [Fact]
    public async Task What_came_since_is_left_what_differs_is_put_back_and_what_expired_is_not_revived()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(100, memories: false);
        Done(await place.BackUpAsync());
        await place.SqlAsync($"UPDATE cache_entries SET response_text = 'changed' WHERE query_hash = '{place.Project}-1'; INSERT INTO cache_entries (query_hash, query_text, response_text, project_name) VALUES ('{place.Project}-new', 'q', 'r', '{place.Project}')");
        await place.SqlAsync($"DELETE FROM cache_entries WHERE query_hash = '{place.Project}-2'");
        await place.Redis.StringSetAsync($"payments:{place.Project}-4", "changed");
        var only = Done(await place.RestoreAsync(new RestoreRequest { Aim = RestoreAim.OnlyMissing }));
        Assert.Equal((1, 1, 98), Tally(only, "postgresql", "added", "left", "same"));
        Assert.Equal((0, 1, 99), Tally(only, "upstash", "added", "left", "same"));
        var put = Done(await place.RestoreAsync());
        Assert.Equal((0, 1, 99), Tally(put, "postgresql", "added", "replaced", "same"));
        Assert.Equal((0, 1, 99), Tally(put, "upstash", "added", "replaced", "same"));
        Assert.Contains(await place.StateAsync(), line => line.Contains($"{place.Project}-new", StringComparison.Ordinal));
        Assert.StartsWith("What stood before is in rp-", put.Reason[put.Reason.IndexOf("What stood", StringComparison.Ordinal)..], StringComparison.Ordinal);

        await place.SqlAsync($"UPDATE cache_entries SET created_at = now() - interval '3 days', ttl_seconds = 60 WHERE query_hash = '{place.Project}-3'");
        Done(await place.BackUpAsync());
        await place.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{place.Project}'");
        var revived = Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"] }));
        Assert.Equal((100, 1, 0), Tally(revived, "postgresql", "added", "expired", "same"));
    }

    [Fact]
    public async Task One_category_is_restored_alone()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(90, memories: false);
        Done(await place.BackUpAsync());
        await place.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{place.Project}'");
        Done(await place.RestoreAsync(new RestoreRequest { Category = "pay", Tiers = ["postgresql"] }));
        var rows = (await place.StateAsync()).Where(line => line.StartsWith('(') && !line.Contains("_other", StringComparison.Ordinal)).ToList();
        Assert.Equal(30, rows.Count);
        Assert.All(rows, row => Assert.Contains(",pay,", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tier_that_suddenly_tells_of_nothing_makes_no_complete_backup()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(120, memories: false);
        Done(await place.BackUpAsync());
        await place.WipeRedisAsync();
        var run = await place.BackUpAsync();
        Assert.Equal(RunOutcome.Degraded, run.Outcome);
        Assert.Contains("held 120 entries in the last good backup and tells of none now", run.Reason, StringComparison.Ordinal);
        Assert.False((await ListAsync(place))[0].IsGood);
        Done(await place.BackUpAsync(new BackupRequest { AcceptShrink = true }));
    }

    [Fact]
    public async Task A_tier_that_cannot_be_read_is_missing_from_the_backup_and_never_empty_in_it()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(20, memories: false);
        await place.ReopenAsync(place.Settings with { Mem0 = place.Settings.Mem0 with { ApiKey = new Secret { Text = "wrong" } } });
        var run = await place.BackUpAsync();
        Assert.Equal(RunOutcome.Degraded, run.Outcome);
        Assert.Contains("mem0 is missing: Mem0: list failed: the key was refused", run.Reason, StringComparison.Ordinal);
        Assert.Null((await new BackupRecordStore(place.Keeper.State).LatestAsync(place.Project, TestContext.Current.CancellationToken)).VerifiedAt);
    }

    [Fact]
    public async Task A_drill_proves_every_tier_and_leaves_nothing_behind()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(150);
        Done(await place.BackUpAsync());
        var (before, memories) = (await place.StateAsync(), await place.MemoriesAsync());
        var run = await place.RunAsync(new DrillJob(place.Keeper.Backups, null));
        Assert.True(run.Actual!["proven"]!.GetValue<bool>(), run.Reason);
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(memories, await place.MemoriesAsync());
        Assert.NotNull((await new BackupRecordStore(place.Keeper.State).LatestAsync(place.Project, TestContext.Current.CancellationToken)).ProvenAt);
    }

    [Fact]
    public async Task The_keepers_own_state_is_restored_into_a_folder()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(10, memories: false);
        var run = Done(await place.BackUpAsync());
        Done(await place.BackUpAsync());
        var folder = Path.Combine(place.Folder, "restored");
        Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["state"], Folder = folder }));
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), TestContext.Current.CancellationToken);
        Assert.Equal(run.Reason, (await new RunStore(state).FindAsync(run.Run, TestContext.Current.CancellationToken))!.Reason);
        var refused = await place.RestoreAsync(new RestoreRequest { Tiers = ["state"], Folder = folder });
        Assert.Equal(RunOutcome.Refused, refused.Outcome);
    }

    internal static RunRecord Done(RunRecord run)
    {
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        return run;
    }

    internal static async Task<IReadOnlyList<ListedPoint>> ListAsync(BackupPlace place)
    {
        await using var repository = await place.Keeper.Backups.OpenAsync(false, TestContext.Current.CancellationToken);
        return await repository.Points.ListAsync(TestContext.Current.CancellationToken);
    }

    private static (long, long, long) Tally(RunRecord run, string tier, string one, string two, string three)
    {
        long Of(string name) => ((JsonObject)run.Counts![tier]!)[name]!.GetValue<long>();
        return (Of(one), Of(two), Of(three));
    }
}
