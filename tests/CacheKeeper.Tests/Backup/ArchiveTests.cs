using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Backup;

/// <summary>The archive: what nobody used goes into it and comes back from it; what somebody uses stays.</summary>
public sealed class ArchiveTests(SandboxFixture sandbox)
{
    [Fact]
    public async Task Rows_nobody_used_move_into_an_archive_that_is_searched_and_restored()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(100, memories: false);
        await place.SqlAsync($"UPDATE cache_entries SET created_at = now() - interval '200 days', updated_at = now() - interval '200 days', accessed_at = NULL, ttl_seconds = NULL WHERE project_name = '{place.Project}' AND id <= 8");
        await place.SqlAsync($"UPDATE cache_entries SET metadata = '{{\"pinned\": true}}' WHERE project_name = '{place.Project}' AND id = 8");
        var before = await place.StateAsync();
        var run = BackupRoundTripTests.Done(await place.RunAsync(BackupPartsHost.ArchiveOf(place.Keeper)));
        Assert.Equal(7, run.Counts!["removed"]!.GetValue<long>());
        Assert.Equal(before.Count - 7, (await place.StateAsync()).Count);

        await using (var repository = await place.Keeper.Backups.OpenAsync(false, TestContext.Current.CancellationToken))
        {
            var found = new List<string>();
            await foreach (var line in new SearchRunner(repository, everywhere: false).FindAsync("how do i pay 5", null, null, TestContext.Current.CancellationToken))
            {
                found.Add(line);
            }

            Assert.Single(found);
        }

        var point = run.Actual!["point"]!.ToString();
        BackupRoundTripTests.Done(await place.RestoreAsync(new RestoreRequest { Point = point, Aim = RestoreAim.OnlyMissing }));
        Assert.Equal(before, await place.StateAsync());

        // An archive is no backup of the day, and nothing that was used goes.
        await place.SqlAsync($"UPDATE cache_entries SET accessed_at = now() WHERE project_name = '{place.Project}'");
        Assert.Equal(RunOutcome.NothingToDo, (await place.RunAsync(BackupPartsHost.ArchiveOf(place.Keeper))).Outcome);
        Assert.DoesNotContain(await BackupRoundTripTests.ListAsync(place), listed => listed.IsGood);
    }
}
