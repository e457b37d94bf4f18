using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Backup;

/// <summary>Where nothing stood when a restore looked, no copy is made of what stands: so whatever comes after that look is neither replaced nor removed.</summary>
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

    private async Task<BackupPlace> FilledAsync()
    {
        var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(Entries, memories: false);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        await place.WipeRedisAsync();
        await place.SqlAsync("TRUNCATE cache_entries");
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
