using CacheKeeper.Backup;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Backup.Retention;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Backup;

/// <summary>What must not pass: damage, swapped or older files, wrong keys, wrong databases, forbidden places.</summary>
public sealed class BackupGuardsTests(SandboxFixture sandbox)
{
    [Theory]
    [InlineData("/backups", "/backups", true)]
    [InlineData("/backups/one", "/backups", true)]
    [InlineData("/backups-elsewhere", "/backups", false)]
    [InlineData("/backups/../etc", "/backups", false)]
    [InlineData("s3://bucket/prefix", "s3://bucket", true)]
    [InlineData("s3://bucket-two", "s3://bucket", false)]
    public void A_location_must_lie_within_one_that_is_allowed(string location, string allowed, bool passes) =>
        Assert.Equal(passes, BackupGuards.Location(new BackupPolicy { AllowedLocations = [allowed] }, location) is null);

    [Theory]
    [InlineData("ap-south-1", true)]
    [InlineData("AP-SOUTH-1", true)]
    [InlineData("eu-west-1", false)]
    [InlineData(null, false)]
    public void A_location_must_lie_in_a_region_that_is_allowed(string? region, bool passes) =>
        Assert.Equal(passes, BackupGuards.Location(new BackupPolicy { AllowedRegions = ["ap-south-1"], Region = region }, "/backups") is null);

    [Fact]
    public async Task One_changed_bit_is_found_and_nothing_is_restored_from_it()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(200, memories: false);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        var pack = Directory.GetFiles(Path.Combine(place.Location, "packs")).Single();
        var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[200] ^= 4;
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);
        await place.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{place.Project}'");
        var before = await place.StateAsync();
        Assert.Equal(RunOutcome.Failed, (await place.RunAsync(new VerifyJob(place.Keeper.Backups, null, TimeProvider.System))).Outcome);
        var restored = await place.RestoreAsync();
        Assert.Equal(RunOutcome.Failed, restored.Outcome);
        Assert.Contains("was changed", restored.Reason, StringComparison.Ordinal);
        Assert.Equal(before, await place.StateAsync());

        // The next backup leans on nothing that is damaged and is whole.
        await place.FillRedisAsync(1);
        var next = await place.BackUpAsync(new BackupRequest { AcceptShrink = true });
        BackupRoundTripTests.Done(next);
        BackupRoundTripTests.Done(await place.RunAsync(new VerifyJob(place.Keeper.Backups, next.Actual!["point"]!.ToString(), TimeProvider.System)));
    }

    [Fact]
    public async Task An_older_manifest_in_the_newest_ones_place_and_a_missing_newest_one_are_found()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(30, memories: false);
        var (one, two) = (BackupRoundTripTests.Done(await place.BackUpAsync()).Actual!["point"]!.ToString(), BackupRoundTripTests.Done(await place.BackUpAsync()).Actual!["point"]!.ToString());
        string File_(string id) => Path.Combine(place.Location, "points", id + ".point");
        var newest = await File.ReadAllBytesAsync(File_(two), TestContext.Current.CancellationToken);
        File.Copy(File_(one), File_(two), overwrite: true);
        Assert.False((await BackupRoundTripTests.ListAsync(place))[0].IsUsable);
        File.Delete(File_(two));
        Assert.Contains("missing", (await BackupRoundTripTests.ListAsync(place))[0].Problem, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(File_(two), newest, TestContext.Current.CancellationToken);
        Assert.All(await BackupRoundTripTests.ListAsync(place), point => Assert.True(point.IsUsable, point.Problem));
    }

    [Fact]
    public async Task Another_key_opens_nothing_and_a_rotated_key_opens_everything()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(30, memories: false);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        var keyFile = Path.Combine(place.Folder, "backup.key");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(keyFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var right = await File.ReadAllTextAsync(keyFile, TestContext.Current.CancellationToken);
        await RepositoryHost.RotateKeyAsync(place.Settings.Backup, place.Keeper.State, place.Project, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.NotEqual(right, await File.ReadAllTextAsync(keyFile, TestContext.Current.CancellationToken));
        BackupRoundTripTests.Done(await place.RunAsync(new VerifyJob(place.Keeper.Backups, null, TimeProvider.System)));
        await File.WriteAllTextAsync(keyFile, right, TestContext.Current.CancellationToken);
        var wrong = await place.RunAsync(new VerifyJob(place.Keeper.Backups, null, TimeProvider.System));
        Assert.Equal(RunOutcome.Failed, wrong.Outcome);
        Assert.Contains("are sealed under key", wrong.Reason, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Failed, (await place.BackUpAsync()).Outcome);
        Assert.Single(Directory.GetFiles(Path.Combine(place.Location, "points")));
    }

    [Fact]
    public async Task Another_database_that_answers_is_noticed()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(20, memories: false);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        var (_, other) = await sandbox.NewDatabaseUrlsAsync();
        await place.ReopenAsync(place.Settings with { Postgresql = place.Settings.Postgresql with { Url = new Secret { Text = other } } });
        var refused = await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"] });
        Assert.Equal(RunOutcome.Refused, refused.Outcome);
        Assert.Contains("other-database", refused.Reason, StringComparison.Ordinal);
        BackupRoundTripTests.Done(await place.RestoreAsync(new RestoreRequest { Tiers = ["postgresql"], AllowOtherDatabase = true }));
    }

    [Fact]
    public async Task An_exact_restore_that_would_remove_much_is_refused()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox);
        await place.FillAsync(20, memories: false);
        BackupRoundTripTests.Done(await place.BackUpAsync());
        await place.SqlAsync($"INSERT INTO cache_entries (query_hash, query_text, response_text, project_name) SELECT '{place.Project}-n' || i, 'q', 'r', '{place.Project}' FROM generate_series(1, 50) i");
        var before = await place.StateAsync();
        var refused = await place.RestoreAsync(new RestoreRequest { Aim = CacheKeeper.Backup.Copies.RestoreAim.Exact, Tiers = ["postgresql"] });
        Assert.Equal(RunOutcome.Refused, refused.Outcome);
        Assert.Contains("guard 'share'", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(before, await place.StateAsync());
    }

    [Fact]
    public async Task Pruning_removes_what_no_rule_keeps_and_what_stays_still_restores()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox, new BackupPolicy { Keep = new RetentionPolicy { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 }, PolitePause = TimeSpan.Zero, ChunkBytes = 64 * 1024 });
        await place.FillAsync(300, memories: false);
        for (var i = 0; i < 3; i++)
        {
            await place.SqlAsync($"UPDATE cache_entries SET response_text = response_text || md5(random()::text) WHERE id % 3 = {i}");
            BackupRoundTripTests.Done(await place.BackUpAsync(new BackupRequest { Whole = true }));
        }

        var packs = Directory.GetFiles(Path.Combine(place.Location, "packs")).Length;
        var run = BackupRoundTripTests.Done(await place.RunAsync(new PruneJob(place.Keeper.Backups)));
        Assert.Equal(2, run.Counts!["removed"]!.GetValue<int>());
        Assert.Single(Directory.GetFiles(Path.Combine(place.Location, "points")));
        Assert.True(Directory.GetFiles(Path.Combine(place.Location, "packs")).Length < packs);
        BackupRoundTripTests.Done(await place.RunAsync(new VerifyJob(place.Keeper.Backups, null, TimeProvider.System)));
        Assert.Equal(RunOutcome.NothingToDo, (await place.RunAsync(new PruneJob(place.Keeper.Backups))).Outcome);
    }
}
