using CacheKeeper.Backup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Backup;

/// <summary>A restore into an empty table sets its secondary indexes aside and builds them again: nothing of the table may be otherwise after, whatever happens.</summary>
public sealed class RestoreIndexTests(SandboxFixture sandbox)
{
    private const int Rows = 6000;
    private const string Secondary = "SELECT string_agg(indexrelid::text, ',' ORDER BY indexrelid) FROM pg_index WHERE indrelid = 'cache_entries'::regclass AND indexrelid::regclass::text IN ('cache_entries_scope', 'partial', 'on_expression', 'once')";

    private const string Shape = """
        SELECT 'index ' || pg_get_indexdef(indexrelid) || ' ' || indisvalid || indisready || indisclustered || coalesce(obj_description(indexrelid, 'pg_class'), '') FROM pg_index WHERE indrelid = 'cache_entries'::regclass
        UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || conindid::regclass || convalidated || condeferrable FROM pg_constraint WHERE conrelid = 'cache_entries'::regclass
        UNION ALL SELECT 'numbers go on after ' || pg_sequence_last_value(pg_get_serial_sequence('cache_entries', 'id')::regclass)
        ORDER BY 1
        """;

    [Fact]
    public async Task Indexes_constraints_and_numbers_are_after_what_they_were_before()
    {
        await using var place = await FilledAsync();
        var (shape, indexes, rows) = (await TextsAsync(place, Shape), (await TextsAsync(place, Secondary)).Single(), await place.StateAsync());
        await place.SqlAsync("TRUNCATE cache_entries");
        BackupRoundTripTests.Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"], ReadersMayWait = true }));
        Assert.Equal(rows.Where(line => !line.Contains("_other", StringComparison.Ordinal)), await place.StateAsync());
        Assert.Equal(shape, await TextsAsync(place, Shape));

        // They were made anew, or this test says nothing.
        Assert.Empty(indexes.Split(',').Intersect((await TextsAsync(place, Secondary)).Single().Split(',')));
    }

    [Fact]
    public async Task Readers_who_must_not_wait_leave_the_indexes_where_they_are()
    {
        await using var place = await FilledAsync();
        var indexes = await TextsAsync(place, Secondary);
        await place.SqlAsync("TRUNCATE cache_entries");
        BackupRoundTripTests.Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"] }));
        Assert.Equal(indexes, await TextsAsync(place, Secondary));
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_the_table_empty_and_every_index_the_one_that_stood()
    {
        await using var place = await FilledAsync();
        await place.SqlAsync("TRUNCATE cache_entries; ALTER TABLE cache_entries ADD CONSTRAINT not_this_one CHECK (id <> 5000)");
        var (shape, indexes) = (await TextsAsync(place, Shape), await TextsAsync(place, Secondary));
        var run = await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"], ReadersMayWait = true });
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Contains("not_this_one", run.Reason, StringComparison.Ordinal);
        Assert.Equal(0, await place.ScalarAsync("SELECT count(*) FROM cache_entries"));
        Assert.Equal(shape, await TextsAsync(place, Shape));
        Assert.Equal(indexes, await TextsAsync(place, Secondary));

        await place.SqlAsync("ALTER TABLE cache_entries DROP CONSTRAINT not_this_one");
        BackupRoundTripTests.Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"], ReadersMayWait = true }));
        Assert.Equal(Rows, await place.ScalarAsync("SELECT count(*) FROM cache_entries"));
    }

    [Fact]
    public async Task A_damaged_backup_is_noticed_before_the_commit_of_what_fills_an_empty_table()
    {
        await using var place = await FilledAsync();
        await place.SqlAsync("TRUNCATE cache_entries");
        var (shape, indexes) = (await TextsAsync(place, Shape), await TextsAsync(place, Secondary));
        foreach (var pack in Directory.GetFiles(Path.Combine(place.Location, "packs")))
        {
            var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
            for (var at = bytes.Length / 10; at < bytes.Length * 9 / 10; at += bytes.Length / 10)
            {
                bytes[at] ^= 1;
            }

            await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);
        }

        var run = await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"], ReadersMayWait = true });
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Contains("PostgreSQL cannot be restored from this backup", run.Reason, StringComparison.Ordinal);
        Assert.Equal(0, await place.ScalarAsync("SELECT count(*) FROM cache_entries"));
        Assert.Equal(shape, await TextsAsync(place, Shape));
        Assert.Equal(indexes, await TextsAsync(place, Secondary));
    }

    // The owner of the table, since nobody else may drop its indexes; an index of each kind that matters beside the gateway's own.
    private async Task<BackupPlace> FilledAsync()
    {
        var place = await BackupPlace.MakeAsync(sandbox);
        await place.ReopenAsync(place.Settings with { Postgresql = place.Settings.Postgresql with { Url = new Secret { Text = place.OwnerUrl } }, Upstash = new(), Mem0 = new() });
        await place.SqlAsync(
            $"""
            DROP INDEX cache_entries_words;
            CREATE INDEX partial ON cache_entries (accessed_at) WHERE category = 'pay';
            CREATE INDEX on_expression ON cache_entries (lower(category) COLLATE "C" DESC NULLS LAST) INCLUDE (agent_id);
            CREATE INDEX described ON cache_entries (category);
            COMMENT ON INDEX described IS 'stays where it is';
            ALTER TABLE cache_entries ADD CONSTRAINT once UNIQUE (project_name, query_hash);
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category) SELECT md5(i::text), 'q ' || i, repeat('answer ', i % 9), '{place.Project}', 'pay' FROM generate_series(1, {Rows}) i
            """);
        BackupRoundTripTests.Done(await place.BackUpAsync(new BackupRequest()));
        return place;
    }

    private static async Task<List<string>> TextsAsync(BackupPlace place, string sql)
    {
        var texts = new List<string>();
        await using var command = place.Owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
