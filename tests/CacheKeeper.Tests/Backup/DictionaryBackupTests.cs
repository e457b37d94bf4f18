using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Client;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Backup;

/// <summary>Compressed values are worth nothing without their dictionaries: a backup carries them, whatever else it holds.</summary>
public sealed class DictionaryBackupTests(SandboxFixture sandbox)
{
    private const int Answers = 110;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compressed_values_are_read_after_tiers_and_state_were_lost()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox, new BackupPolicy { PolitePause = TimeSpan.Zero, IncludeState = false }, schema: 1);
        await place.ReopenAsync(place.Settings with { Mem0 = new Mem0Settings(), Cleanup = new CleanupPolicy { Compression = new CompressionPolicy { Use = CompressionUse.Always } } });
        var options = await OptionsAsync(place);
        await SaveAsync(options);
        var compressed = await place.RunAsync(place.Keeper.CleanupJob(new CleanupRequest(place.Project, CleanupMode.Compress, CleanupMode.Compress, "a test") { FullPace = true }));
        Assert.True(compressed.Outcome == RunOutcome.Done, compressed.Reason);
        Assert.True(await place.ScalarAsync("SELECT count(*) FROM cache_entries WHERE response_text LIKE 'ckz1.d%'") > Answers / 2);
        var selection = BackupRoundTripTests.Done(await place.BackUpAsync(new BackupRequest { Tiers = ["upstash"] }));
        Assert.Equal(1, selection.Counts!["dictionaries"]!["entries"]!.GetValue<long>());
        BackupRoundTripTests.Done(await place.BackUpAsync());

        // What stands in no value as it is stored is found in what it means.
        Assert.Equal(["postgresql", "upstash"], (await SearchAsync(place, $" {10 * 7919 % 10007}-5.")).Select(entry => entry["tier"]!.GetValue<string>()).Distinct().Order());
        Assert.Empty(await SearchAsync(place, "ckz1.d"));

        // Everything is lost but the backups and the key.
        await place.WipeOwnedKeysAsync();
        await place.SqlAsync("DELETE FROM cache_entries; DELETE FROM cache_dictionaries");
        await place.ReopenAsync(place.Settings with
        {
            State = new StateSettings { Directory = Path.Combine(place.Folder, "new-state") },
            Backup = place.Settings.Backup with { Location = Path.GetDirectoryName(place.Location), KeyFile = Path.Combine(place.Folder, "backup.key") },
        });
        var restored = BackupRoundTripTests.Done(await place.RestoreAsync());
        Assert.Equal(1, restored.Counts!["dictionaries"]!["added"]!.GetValue<long>());
        foreach (var tier in (string[])[CacheTiers.Upstash, CacheTiers.PostgreSql])
        {
            await using var reader = new TieredCache(TieredCacheTests.Only(options, tier));
            for (var i = 0; i < Answers; i += 10)
            {
                var lookup = await reader.LookupAsync(Question(place, i), cancellationToken: Stop);
                Assert.Equal((tier, Answer(i)), (lookup.Tier, lookup.Response));
            }
        }

        // The new keeper's own backups hold them too, and its drill proves them.
        BackupRoundTripTests.Done(await place.BackUpAsync());
        var drill = await place.RunAsync(new DrillJob(place.Keeper.Backups, null));
        Assert.True(drill.Actual!["proven"]!.GetValue<bool>(), drill.Reason);
        Assert.Equal(1, drill.Counts!["dictionaries"]!["tried"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_keeper_with_a_new_state_backs_up_the_dictionaries_that_lie_in_PostgreSQL()
    {
        await using var place = await BackupPlace.MakeAsync(sandbox, new BackupPolicy { PolitePause = TimeSpan.Zero });
        await place.FillAsync(20, memories: false);
        await place.SqlAsync(CacheTables.Dictionaries + $"; GRANT SELECT ON cache_dictionaries TO PUBLIC; INSERT INTO cache_dictionaries (project_name, dictionary_id, content) VALUES ('{place.Project}', 'd1', '\\x0102'), ('{place.Project}_other', 'd2', '\\x03')");
        var run = BackupRoundTripTests.Done(await place.BackUpAsync(new BackupRequest { Tiers = ["postgresql"] }));
        Assert.Equal(1, run.Counts!["dictionaries"]!["entries"]!.GetValue<long>());
    }

    private static async Task<List<JsonNode>> SearchAsync(BackupPlace place, string text)
    {
        await using var repository = await place.Keeper.Backups.OpenAsync(create: false, Stop);
        var found = new List<JsonNode>();
        await foreach (var line in new SearchRunner(repository, everywhere: true).FindAsync(text, null, null, Stop))
        {
            found.Add(JsonNode.Parse(line)!);
        }

        return found;
    }

    private async Task<CacheKeeperClientOptions> OptionsAsync(BackupPlace place)
    {
        var options = await sandbox.NewClientOptionsAsync(1);
        (options.Project, options.DatabaseUrl, options.Mem0Host, options.Mem0ApiKey) = (place.Project, place.OwnerUrl, null, null);
        return options;
    }

    private static async Task SaveAsync(CacheKeeperClientOptions options)
    {
        await using var writer = new TieredCache(options);
        for (var i = 0; i < Answers; i++)
        {
            await writer.SaveAsync($"How do I get refund number {i} of {options.Project}?", Answer(i), cancellationToken: Stop);
        }
    }

    private static string Question(BackupPlace place, int number) => $"How do I get refund number {number} of {place.Project}?";

    // Long, and much in common between answers: a dictionary is worth training.
    private static string Answer(int number) => string.Concat(Enumerable.Range(0, 24).Select(i => $" {Sentence(i)} {number * 7919 % 10007}-{i}."));

    private static string Sentence(int seed)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, 9).Select(_ => string.Concat(Enumerable.Range(0, random.Next(3, 9)).Select(_ => (char)('a' + random.Next(26))))));
    }
}
