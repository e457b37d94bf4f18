using CacheKeeper.Backup;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Backup;

/// <summary>Backups in a bucket of a real S3-compatible server.</summary>
public sealed class S3StoreTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_backed_up_to_a_bucket_comes_back_and_nothing_of_it_can_be_read_there()
    {
        await using var server = await S3TestServer.StartAsync();
        await using var place = await BackupPlace.MakeAsync(sandbox, Policy(server));
        await place.ReopenAsync(place.Settings with { Mem0 = new Mem0Settings() });
        await place.FillAsync(200, memories: false);
        var before = await place.StateAsync();
        BackupRoundTripTests.Done(await place.BackUpAsync());
        await place.SqlAsync("UPDATE cache_entries SET access_count = access_count + 1 WHERE id % 20 = 1");
        before = await place.StateAsync();
        BackupRoundTripTests.Done(await place.BackUpAsync());

        foreach (var file in Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Stop)).AsSpan().IndexOf("How do I pay"u8));
        }

        await place.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{place.Project}'");
        await place.WipeRedisAsync();
        BackupRoundTripTests.Done(await place.RestoreAsync());
        Assert.Equal(before, await place.StateAsync());
        BackupRoundTripTests.Done(await place.RunAsync(new VerifyJob(place.Keeper.Backups, null, TimeProvider.System)));
        Assert.Equal(RunOutcome.NothingToDo, (await place.RunAsync(new PruneJob(place.Keeper.Backups))).Outcome);
        await using var repository = await place.Keeper.Backups.OpenAsync(false, Stop);
        Assert.Empty(await repository.Files.ListAsync("pending", Stop));
    }

    [Fact]
    public async Task A_file_has_no_name_before_it_is_published_is_sent_in_parts_and_never_replaces_another()
    {
        await using var server = await S3TestServer.StartAsync();
        await using var store = new S3Store($"s3://{S3TestServer.Bucket}/some/folder", "project", null, server.Settings);
        var content = new byte[(17 << 20) + 123];
        new Random(7).NextBytes(content);
        await using (var file = await store.CreateAsync("packs/one.pack", Stop))
        {
            foreach (var piece in content.Chunk(700_001))
            {
                await file.WriteAsync(piece, Stop);
            }

            await file.SealAsync(Stop);
            Assert.Equal(content.AsSpan(5_000_000, 4_000_000).ToArray(), await file.ReadAsync(5_000_000, 4_000_000, Stop));
            Assert.Empty(await store.ListAsync("packs", Stop));
            Assert.Null(await store.LengthAsync("packs/one.pack", Stop));
            await file.PublishAsync(Stop);
        }

        Assert.Equal(new StoredFile("packs/one.pack", content.Length), Assert.Single(await store.ListAsync("packs", Stop)));
        Assert.Equal(content[^100..], await store.ReadAsync("packs/one.pack", content.Length - 100, 100, Stop));
        await Assert.ThrowsAsync<KeeperException>(() => store.ReadAsync("packs/one.pack", content.Length - 100, 101, Stop));
        await Assert.ThrowsAsync<KeeperException>(() => store.ReadAsync("packs/two.pack", 0, 1, Stop));

        await using (var other = await store.CreateAsync("packs/one.pack", Stop))
        {
            await other.WriteAsync(new byte[10], Stop);
            await other.SealAsync(Stop);
            await Assert.ThrowsAsync<KeeperException>(() => other.PublishAsync(Stop));
        }

        Assert.Equal(0, await store.SweepAsync(Stop));
        await store.DeleteAsync("packs/one.pack", Stop);
        Assert.Empty(await store.ListAsync("packs", Stop));
    }

    [Fact]
    public async Task What_cannot_be_reached_or_is_refused_is_told_in_a_sentence()
    {
        await using var server = await S3TestServer.StartAsync();
        await using var wrong = new S3Store($"s3://{S3TestServer.Bucket}", "p", null, server.Settings with { AccessKey = new Secret { Text = "wrong" } });
        Assert.Contains("Check the keys", (await Assert.ThrowsAsync<KeeperException>(() => wrong.ListAsync("packs", Stop))).Hint, StringComparison.Ordinal);
        await using var none = new S3Store("s3://nowhere", "p", null, server.Settings);
        Assert.Contains("NoSuchBucket", (await Assert.ThrowsAsync<KeeperException>(() => none.ListAsync("packs", Stop))).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Assert.Throws<KeeperException>(() => new S3Store("s3://b", "p", null, new S3Settings { Endpoint = "http://s3.example.com", AccessKey = server.Settings.AccessKey, SecretKey = server.Settings.SecretKey })).ExitCode);
        Assert.Equal(ExitCode.Usage, Assert.Throws<KeeperException>(() => new S3Store("s3://b", "p", null, server.Settings with { SecretKey = new Secret { Env = "CACHEKEEPER_NO_SUCH_VARIABLE" } })).ExitCode);
    }

    [Theory]
    [InlineData("eu-north-1", "s3://backups", "region")]
    [InlineData(null, "s3://backups", "region")]
    [InlineData("ap-south-1", "s3://elsewhere/backups", "location")]
    public async Task Data_leaves_for_no_region_and_no_bucket_that_is_not_allowed(string? region, string location, string guard)
    {
        await using var place = await BackupPlace.MakeAsync(sandbox, new BackupPolicy
        {
            Location = location,
            Region = region,
            AllowedRegions = ["ap-south-1"],
            AllowedLocations = ["s3://backups"],
            PolitePause = TimeSpan.Zero,
            S3 = new S3Settings { Endpoint = "http://127.0.0.1:1", AccessKey = new Secret { Text = "a" }, SecretKey = new Secret { Text = "b" } },
        });
        var run = await place.BackUpAsync(new BackupRequest { Tiers = ["postgresql"] });
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains($"Refused by guard '{guard}'", run.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ap-south-1", null)]
    [InlineData("AP-SOUTH-1", null)]
    [InlineData(null, null)]
    [InlineData("us-east-1", "says that it lies in us-east-1")]
    public void What_a_bucket_says_of_its_region_counts(string? told, string? refusal)
    {
        var said = BackupGuards.Region(new BackupPolicy { AllowedRegions = ["ap-south-1"] }, "s3://backups/p/", told);
        Assert.Equal(refusal is null, said is null);
        Assert.Contains(refusal ?? "", said ?? "", StringComparison.Ordinal);
    }

    private static BackupPolicy Policy(S3TestServer server) => new()
    {
        Location = $"s3://{S3TestServer.Bucket}/cache",
        PolitePause = TimeSpan.Zero,
        ChunkBytes = 64 * 1024,
        IncludeState = false,
        S3 = server.Settings,
    };
}
