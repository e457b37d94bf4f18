using System.Text;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>What every tier promises, tried on each real implementation: one subclass each.</summary>
public abstract class TierContract(SandboxFixture sandbox)
{
    // Text that has broken other tools: quotes, separators, glob and script signs, right-to-left, emoji, line ends.
    private static readonly string[] Hostile =
    [
        "'; DROP TABLE cache_entries; --", "a*b?c[d]\\e", "line\r\nbreak\ttab", "<script>alert(1)</script>", "ﷺ‮right to left", "🧨 emoji 🏴‍☠️", "%2Fa/b?c#d", "{\"json\": [1, null]}",
        "return redis.call('FLUSHALL')", "=cmd|' /C calc'!A0", " leading and trailing ", "\u0001\u007f",
    ];

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected SandboxFixture Sandbox { get; } = sandbox;

    private protected abstract Task<TierRig> BuildAsync();

    [Fact]
    public async Task A_scan_gives_each_of_the_projects_entries_once_and_nobody_elses()
    {
        await using var rig = await BuildAsync();
        var mine = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            mine.Add(await rig.PutAsync(rig.Project, Hash(rig, i), "payments", "answer " + i, Now.AddHours(1)));
        }

        var other = rig.KnowsTwoProjects ? await rig.PutAsync(rig.OtherProject, Hash(rig, 900), "payments", "not yours", Now.AddHours(1)) : "";
        var seen = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now, PageSize = 10 });
        Assert.Equal(mine.Order(), seen.Select(entry => entry.Id).Order());
        Assert.DoesNotContain(other, seen.Select(entry => entry.Id));
        Assert.All(seen, entry => Assert.Equal("payments", entry.Category));
        Assert.All(seen, entry => Assert.InRange((entry.ExpiresAt!.Value - Now).TotalHours, 0.9, 25));
    }

    [Fact]
    public async Task Contents_that_come_with_a_listing_are_those_that_reading_gives()
    {
        await using var rig = await BuildAsync();
        for (var i = 0; i < Hostile.Length; i++)
        {
            await rig.PutAsync(rig.Project, Hash(rig, i), "payments", Hostile[i], Now.AddDays(2));
        }

        await foreach (var page in rig.Tier.ScanAsync(new EntryFilter(new TierScope(rig.Project)) { AsOf = Now, WithContents = true }, Stop))
        {
            var read = (await rig.Tier.ReadAsync(new TierScope(rig.Project), page.Entries, Stop)).ToDictionary(entry => entry.Head.Id);
            Assert.Equal(rig.Tier.Name == TierName.Mem0, page.Stored is not null);
            Assert.All(page.Stored ?? [], entry => Assert.Equal(Encoding.UTF8.GetString(read[entry.Head.Id].Content.Span), Encoding.UTF8.GetString(entry.Content.Span)));
        }
    }

    [Fact]
    public async Task A_look_counts_live_and_expired_entries_apart()
    {
        await using var rig = await BuildAsync();
        await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "live", Now.AddDays(2));
        await rig.PutAsync(rig.Project, Hash(rig, 2), "users", "live too", Now.AddDays(2));
        if (rig.KeepsExpired)
        {
            await rig.PutAsync(rig.Project, Hash(rig, 3), "users", "dead", Now.AddDays(-2));
        }

        var snapshot = await rig.Tier.LookAsync(new TierScope(rig.Project), Now, Stop);
        Assert.Equal(2, snapshot.Live);
        Assert.Equal(rig.KeepsExpired ? 1 : 0, snapshot.Expired);
        Assert.True(snapshot.Bytes > 0);
        Assert.Equal(["payments", "users"], snapshot.Categories.Select(category => category.Category));
        var users = await rig.Tier.LookAsync(new TierScope(rig.Project, "users"), Now, Stop);
        Assert.Equal(1, users.Live);
    }

    [Fact]
    public async Task What_is_removed_was_on_the_receipt_and_comes_back_as_it_was()
    {
        await using var rig = await BuildAsync();
        for (var i = 0; i < Hostile.Length; i++)
        {
            await rig.PutAsync(rig.Project, Hash(rig, i), "payments", Hostile[i], Now.AddDays(2));
        }

        var before = await ReadAllAsync(rig);
        var receipt = new List<StoredEntry>();
        var outcome = await rig.Tier.RemoveAsync(Batch(rig, [.. before.Select(entry => entry.Head)]), Into(receipt), Stop);
        Assert.Equal(Hostile.Length, outcome.Removed.Count);
        Assert.Equal(before.Select(entry => entry.Head.Id).Order(), receipt.Select(entry => entry.Head.Id).Order());
        Assert.Empty(await ReadAllAsync(rig));

        var restored = await rig.Tier.RestoreAsync(new TierScope(rig.Project), receipt, RestoreMode.Exact, Now, Stop);
        Assert.Equal(Hostile.Length, restored.Restored.Count);
        var after = await ReadAllAsync(rig);
        Assert.Equal(before.Select(entry => Content(rig, entry)).Order(), after.Select(entry => Content(rig, entry)).Order());
        Assert.Equal(before.Select(entry => entry.Head.ExpiresAt).Order(), after.Select(entry => entry.Head.ExpiresAt).Order());
    }

    [Fact]
    public async Task Nothing_is_removed_when_the_receipt_cannot_be_written()
    {
        await using var rig = await BuildAsync();
        await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "stays", Now.AddDays(2));
        var heads = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now });
        await Assert.ThrowsAsync<IOException>(() => rig.Tier.RemoveAsync(Batch(rig, heads), (_, _) => throw new IOException("disk full"), Stop));
        Assert.Single(await ReadAllAsync(rig));
    }

    [Fact]
    public async Task An_entry_renewed_since_the_plan_is_left()
    {
        await using var rig = await BuildAsync();
        var id = await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "old", Now.AddDays(2));
        var heads = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now });
        await rig.RenewAsync(rig.Project, id, Hash(rig, 1), "payments", "new");
        var outcome = await rig.Tier.RemoveAsync(Batch(rig, heads), Into([]), Stop);
        Assert.Empty(outcome.Removed);
        Assert.Single(outcome.Left);
        Assert.Single(await ReadAllAsync(rig));
    }

    [Fact]
    public async Task After_its_deadline_a_removal_removes_nothing()
    {
        await using var rig = await BuildAsync();
        await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "stays", Now.AddDays(2));
        var heads = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now });
        var outcome = await rig.Tier.RemoveAsync(new RemovalBatch(new TierScope(rig.Project), heads, Now.AddMinutes(-1)), Into([]), Stop);
        Assert.Empty(outcome.Removed);
        Assert.Single(await ReadAllAsync(rig));
    }

    [Fact]
    public async Task A_removal_outside_its_category_removes_nothing()
    {
        await using var rig = await BuildAsync();
        await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "stays", Now.AddDays(2));
        await rig.PutAsync(rig.Project, Hash(rig, 2), "pay", "may go", Now.AddDays(2));
        var heads = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now });
        try
        {
            await rig.Tier.RemoveAsync(new RemovalBatch(new TierScope(rig.Project, "pay"), heads, Now.AddHours(1)), Into([]), Stop);
        }
        catch (TierException)
        {
            // A tier may also refuse the whole batch: nothing is removed then.
        }

        Assert.Contains(await ReadAllAsync(rig), entry => entry.Head.Category == "payments");
    }

    [Fact]
    public async Task A_restore_leaves_what_was_written_since()
    {
        await using var rig = await BuildAsync();
        var id = await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "then", Now.AddDays(2));
        var receipt = await ReadAllAsync(rig);
        await rig.RenewAsync(rig.Project, id, Hash(rig, 1), "payments", "now");
        var now = await ReadAllAsync(rig);
        var outcome = await rig.Tier.RestoreAsync(new TierScope(rig.Project), receipt, RestoreMode.Exact, Now, Stop);
        Assert.Empty(outcome.Restored);
        Assert.Equal(now.Select(entry => Content(rig, entry)), (await ReadAllAsync(rig)).Select(entry => Content(rig, entry)));
    }

    [Fact]
    public async Task A_new_end_is_set_only_on_the_version_that_was_seen()
    {
        await using var rig = await BuildAsync();
        await rig.PutAsync(rig.Project, Hash(rig, 1), "payments", "answer", Now.AddDays(2));
        var heads = await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now });
        var end = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(9), TimeSpan.Zero);
        var outcome = await rig.Tier.RewriteAsync(new TierScope(rig.Project), [new EntryRewrite(heads[0]) { ExpiresAt = end }], Now.AddHours(1), Into([]), Stop);
        Assert.Single(outcome.Removed);
        var changed = Assert.Single(await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now }));
        Assert.InRange((changed.ExpiresAt!.Value - end).TotalHours, -0.01, 24);
        outcome = await rig.Tier.RewriteAsync(new TierScope(rig.Project), [new EntryRewrite(heads[0]) { ExpiresAt = end.AddDays(5) }], Now.AddHours(1), Into([]), Stop);
        Assert.Empty(outcome.Removed);
    }

    [Fact]
    public async Task A_probe_of_a_server_that_answers_passes()
    {
        await using var rig = await BuildAsync();
        var probe = await rig.Tier.ProbeAsync(Stop);
        Assert.True(probe.Passed, probe.Error);
        Assert.NotNull(probe.Latency);
    }

    private protected static string Hash(TierRig rig, int number) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{rig.Project}/{number}"))).ToLowerInvariant();

    private protected static async Task<List<EntryHead>> ScanAsync(TierRig rig, EntryFilter filter)
    {
        var entries = new List<EntryHead>();
        await foreach (var page in rig.Tier.ScanAsync(filter, Stop))
        {
            entries.AddRange(page.Entries);
        }

        return entries;
    }

    private static async Task<IReadOnlyList<StoredEntry>> ReadAllAsync(TierRig rig) =>
        await rig.Tier.ReadAsync(new TierScope(rig.Project), await ScanAsync(rig, new EntryFilter(new TierScope(rig.Project)) { AsOf = Now }), Stop);

    private static RemovalBatch Batch(TierRig rig, IReadOnlyList<EntryHead> heads) => new(new TierScope(rig.Project), heads, Now.AddHours(1));

    private static ReceiptWriter Into(List<StoredEntry> receipt) => (entries, _) =>
    {
        receipt.AddRange(entries);
        return Task.CompletedTask;
    };

    // What must be equal before and after: everything, but for what a tier says it cannot keep.
    private static string Content(TierRig rig, StoredEntry entry)
    {
        var text = Encoding.UTF8.GetString(entry.Content.Span);
        if (rig.KeepsIds)
        {
            return entry.Head.Id + "\n" + text;
        }

        var memory = new Memory(System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject());
        return $"{memory.Content}\n{memory.Metadata?.ToJsonString()}\n{memory.Text("user_id")}\n{memory.Text("agent_id")}\n{memory.Text("expiration_date")}";
    }
}
