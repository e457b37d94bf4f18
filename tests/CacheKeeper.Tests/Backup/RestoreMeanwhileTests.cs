using System.Text;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Backup;

/// <summary>What is written after the look at an empty tier, or after the copy of what stood, is in no copy: it is neither replaced nor removed, and it is told.</summary>
public sealed class RestoreMeanwhileTests(SandboxFixture sandbox)
{
    private const int Entries = 60;

    [Theory]
    [InlineData(nameof(RestoreAim.PutBack))]
    [InlineData(nameof(RestoreAim.Exact))]
    public async Task Entries_that_come_after_the_look_at_an_empty_tier_are_left_as_they_were_written(string aim)
    {
        await using var place = await FilledAsync();
        var run = await RestoreAsync(place, Enum.Parse<RestoreAim>(aim), context => context with
        {
            ProveAsync = async token =>
            {
                await WriteAsync(place);
                return await context.ProveAsync(token);
            },
        });
        BackupRoundTripTests.Done(run);
        Assert.Equal(Entries + 1, await place.ScalarAsync($"SELECT count(*) FROM cache_entries WHERE project_name = '{place.Project}'"));
        Assert.Equal(2, await place.ScalarAsync($"SELECT count(*) FROM cache_entries WHERE project_name = '{place.Project}' AND response_text = 'written meanwhile'"));
        Assert.Equal("written meanwhile", await place.Redis.StringGetAsync($"payments:{place.Project}-1"));
        Assert.Equal("written meanwhile", await place.Redis.StringGetAsync($"payments:{place.Project}-10"));
        Assert.Contains("left as they are", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_comes_while_an_empty_table_is_filled_stays_beside_the_restored_ones()
    {
        await using var place = await FilledAsync();
        var written = false;
        var run = await RestoreAsync(place, RestoreAim.PutBack, context => context with
        {
            Progress = (share, _) =>
            {
                if (share > 0.6 && !written)
                {
                    written = true;
                    using var command = place.Owner.CreateCommand(Row(place, "new") + ")");
                    command.ExecuteNonQuery();
                }
            },
        });
        BackupRoundTripTests.Done(run);
        Assert.True(written);
        Assert.Equal(Entries + 1, await place.ScalarAsync($"SELECT count(*) FROM cache_entries WHERE project_name = '{place.Project}'"));
    }

    // Number 1 and 10 (a text and a hash) and memory 0 differ from the backup and are written again after the copy; 2 and 20 (a list) differ and are not; 3 and 30
    // differ only since; number 4 was read since, which is no writing.
    [Theory]
    [InlineData(nameof(RestoreAim.PutBack))]
    [InlineData(nameof(RestoreAim.Exact))]
    public async Task What_is_written_after_the_safety_copy_is_left_and_told(string aim)
    {
        await using var place = await FilledAsync(wipe: false);
        var (mine, hash) = ($"project_name = '{place.Project}'", $"payments:{place.Project}-10");
        await place.SqlAsync($"{Row(place, "came")}); UPDATE cache_entries SET response_text = 'before' WHERE {mine} AND query_hash IN ('{place.Project}-1', '{place.Project}-2', '{place.Project}-4', '{place.Project}-came')");
        await place.Redis.StringSetAsync($"payments:{place.Project}-1", "before");
        await place.Redis.StringSetAsync($"payments:{place.Project}-2", "before");
        await place.Redis.HashSetAsync(hash, "b", "before");
        await place.Redis.ListRightPushAsync($"payments:{place.Project}-20", "before");
        await place.Redis.StringSetAsync($"payments:{place.Project}-came", "before");
        var written = false;
        var run = await RestoreAsync(place, Enum.Parse<RestoreAim>(aim), context => context with
        {
            ProveAsync = async token =>
            {
                if (!written)
                {
                    written = true;
                    await place.SqlAsync($"UPDATE cache_entries SET response_text = 'written meanwhile' WHERE {mine} AND query_hash IN ('{place.Project}-1', '{place.Project}-3', '{place.Project}-came'); UPDATE cache_entries SET access_count = access_count + 1, accessed_at = now() WHERE query_hash = '{place.Project}-4'");
                    await place.Redis.StringSetAsync($"payments:{place.Project}-1", "written meanwhile");
                    await place.Redis.StringSetAsync($"payments:{place.Project}-came", "written meanwhile");
                    await place.Redis.HashSetAsync(hash, "b", "written meanwhile");
                    await place.Redis.SortedSetAddAsync($"pay:{place.Project}-30", "written meanwhile", 7);
                }

                return await context.ProveAsync(token);
            },
        });
        BackupRoundTripTests.Done(run);
        Assert.Equal(3, await place.ScalarAsync($"SELECT count(*) FROM cache_entries WHERE {mine} AND response_text = 'written meanwhile'"));
        Assert.Equal(0, await place.ScalarAsync($"SELECT count(*) FROM cache_entries WHERE {mine} AND response_text = 'before'"));
        Assert.Equal("written meanwhile", await place.Redis.StringGetAsync($"payments:{place.Project}-1"));
        Assert.Equal("written meanwhile", await place.Redis.StringGetAsync($"payments:{place.Project}-came"));
        Assert.Equal("written meanwhile", await place.Redis.HashGetAsync(hash, "b"));
        Assert.Equal(7, await place.Redis.SortedSetScoreAsync($"pay:{place.Project}-30", "written meanwhile"));
        Assert.StartsWith("answer 2 ", (string?)await place.Redis.StringGetAsync($"payments:{place.Project}-2"), StringComparison.Ordinal);
        Assert.Equal(3, await place.Redis.ListLengthAsync($"payments:{place.Project}-20"));
        Assert.Equal((2, 2), (run.Counts!["postgresql"]!["changed"]!.GetValue<long>(), run.Counts!["postgresql"]!["replaced"]!.GetValue<long>()));
        Assert.Equal((aim == nameof(RestoreAim.Exact) ? 4 : 3, 2), (run.Counts!["upstash"]!["changed"]!.GetValue<long>(), run.Counts!["upstash"]!["replaced"]!.GetValue<long>()));
        Assert.Contains("written meanwhile, left as they are", run.Reason, StringComparison.Ordinal);
        await place.Redis.KeyDeleteAsync($"payments:{place.Project}-came");
    }

    [Fact]
    public async Task A_row_that_is_written_while_the_restore_waits_for_it_is_left()
    {
        await using var place = await FilledAsync(wipe: false);
        await place.SqlAsync($"UPDATE cache_entries SET response_text = 'before' WHERE query_hash IN ('{place.Project}-1', '{place.Project}-2')");
        await using var writer = await place.Owner.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Task? ending = null;
        var run = await RestoreAsync(place, RestoreAim.PutBack, context => context with
        {
            ProveAsync = async token =>
            {
                if (ending is null)
                {
                    await ExecuteAsync(writer, $"BEGIN; UPDATE cache_entries SET response_text = 'written meanwhile' WHERE query_hash = '{place.Project}-1'");
                    ending = Task.Run(() => CommitWhenWaitedForAsync(place, writer), token);
                }

                return await context.ProveAsync(token);
            },
        });
        await ending!;
        BackupRoundTripTests.Done(run);
        Assert.Equal(1, await place.ScalarAsync("SELECT count(*) FROM cache_entries WHERE response_text = 'written meanwhile'"));
        Assert.Equal(0, await place.ScalarAsync("SELECT count(*) FROM cache_entries WHERE response_text = 'before'"));
        Assert.Equal((1, 1), (run.Counts!["postgresql"]!["changed"]!.GetValue<long>(), run.Counts!["postgresql"]!["replaced"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_memory_that_is_written_after_the_safety_copy_is_left_and_told()
    {
        await using var place = await FilledAsync(wipe: false, memories: true);
        var tier = place.Keeper.Tiers.OfType<Mem0Tier>().Single();
        var ids = await MemoriesAsync(place, tier);
        await RewriteAsync(place, tier, ids[..2], "before");
        var written = false;
        var run = await RestoreAsync(place, RestoreAim.PutBack, context => context with
        {
            ProveAsync = async token =>
            {
                if (!written)
                {
                    written = true;
                    await RewriteAsync(place, tier, [ids[0], ids[2]], "written meanwhile");
                }

                return await context.ProveAsync(token);
            },
        });
        BackupRoundTripTests.Done(run);
        var texts = await place.MemoriesAsync();
        Assert.Equal(2, texts.Count(text => text.StartsWith("written meanwhile", StringComparison.Ordinal)));
        Assert.DoesNotContain(texts, text => text.StartsWith("before", StringComparison.Ordinal));
        Assert.Equal((2, 1), (run.Counts!["mem0"]!["changed"]!.GetValue<long>(), run.Counts!["mem0"]!["replaced"]!.GetValue<long>()));
    }

    // One row of another project's in the backup, and one of the project's that comes while it is written: as many as there should be, and not those.
    [Fact]
    public async Task A_foreign_row_in_the_backup_is_noticed_also_when_another_comes_meanwhile()
    {
        await using var place = await FilledAsync();
        await using var repository = await place.Keeper.Backups.OpenAsync(false, TestContext.Current.CancellationToken);
        var point = (await BackupRoundTripTests.ListAsync(place))[0].Point!;
        var part = point.Part("postgresql")!;
        var came = false;
        var work = new RestoreWork
        {
            Scope = new TierScope(place.Project),
            Point = point.Id,
            Part = part,
            Lines = token => WithForeignAsync(LayerReaderService.ReadAsync(repository.Chunks, part, token), place.Project),
            Aim = RestoreAim.PutBack,
            Now = DateTimeOffset.UtcNow,
            Progress = _ =>
            {
                if (!came)
                {
                    came = true;
                    using var command = place.Owner.CreateCommand(Row(place, "came") + ")");
                    command.ExecuteNonQuery();
                }
            },
        };
        var refused = await Assert.ThrowsAsync<KeeperException>(() => place.Keeper.Backups.Tier("postgresql")!.RestoreAsync(work, TestContext.Current.CancellationToken));
        Assert.Contains("rows that are not", refused.Message, StringComparison.Ordinal);
        Assert.True(came);
        Assert.Equal(1, await place.ScalarAsync("SELECT count(*) FROM cache_entries"));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> WithForeignAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, string project)
    {
        var isFirst = true;
        await foreach (var block in blocks)
        {
            var text = Encoding.UTF8.GetString(block.Span);
            var at = text.IndexOf($"\t{project}\t", StringComparison.Ordinal);
            yield return Encoding.UTF8.GetBytes(isFirst ? text[..at] + "\tsomebody\t" + text[(at + project.Length + 2)..] : text);
            isFirst = false;
        }
    }

    private static async Task CommitWhenWaitedForAsync(BackupPlace place, NpgsqlConnection writer)
    {
        // Each look takes its time on the server; the restore either waits for the row or has gone past it.
        for (var look = 0; look < 20_000 && await place.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0; look++)
        {
        }

        await ExecuteAsync(writer, "COMMIT");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<string>> MemoriesAsync(BackupPlace place, Mem0Tier tier)
    {
        var ids = new List<string>();
        await foreach (var (memories, _, _) in tier.ListAsync(new TierScope(place.Project), TimeSpan.Zero, TestContext.Current.CancellationToken))
        {
            ids.AddRange(memories.Select(memory => memory.Id));
        }

        return ids;
    }

    private static async Task RewriteAsync(BackupPlace place, Mem0Tier tier, IReadOnlyList<string> ids, string text)
    {
        var scope = new TierScope(place.Project);
        var heads = await tier.FindAsync(scope, ids, TestContext.Current.CancellationToken);
        var outcome = await tier.RewriteAsync(scope, [.. heads.Select(head => new EntryRewrite(head) { Value = Encoding.UTF8.GetBytes($"{text} {head.Id}") })], DateTimeOffset.UtcNow.AddMinutes(1), (_, _) => Task.CompletedTask, TestContext.Current.CancellationToken);
        Assert.Equal(ids.Count, outcome.Removed.Count);
    }

    private async Task<BackupPlace> FilledAsync(bool wipe = true, bool memories = false)
    {
        var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(Entries, memories);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        if (wipe)
        {
            await place.WipeRedisAsync();
            await place.SqlAsync("TRUNCATE cache_entries");
        }

        return place;
    }

    // A row and two keys (a text and a hash) that the backup holds otherwise, and a row that it does not hold.
    private static async Task WriteAsync(BackupPlace place)
    {
        await place.SqlAsync($"{Row(place, "1")}), ('{place.Project}-new', 'q', 'written meanwhile', '{place.Project}', 'pay') ON CONFLICT DO NOTHING");
        await place.Redis.StringSetAsync($"payments:{place.Project}-1", "written meanwhile");
        await place.Redis.StringSetAsync($"payments:{place.Project}-10", "written meanwhile");
    }

    private static string Row(BackupPlace place, string number) =>
        $"INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category) VALUES ('{place.Project}-{number}', 'q', 'written meanwhile', '{place.Project}', 'pay'";

    private static async Task<RunRecord> RestoreAsync(BackupPlace place, RestoreAim aim, Func<JobContext, JobContext> changed) =>
        await place.RunAsync(new WatchedJob(new RestoreJob(place.Keeper.Backups, new RestoreRequest { Aim = aim }), changed));

    private sealed class WatchedJob(IJob inner, Func<JobContext, JobContext> changed) : IJob
    {
        public string Name => inner.Name;

        public IReadOnlyList<string> Resources => inner.Resources;

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) => inner.RunAsync(changed(context), cancellationToken);
    }
}
