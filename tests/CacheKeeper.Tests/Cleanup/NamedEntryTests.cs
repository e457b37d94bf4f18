using CacheKeeper.Cleanup;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class NamedEntryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static EntryHead Entry(string id, string? hash = null) => new(TierName.Postgresql, id, "1") { QueryHash = hash, ExpiresAt = Now.AddDays(-1) };

    private static SelectionRules Rules(string key, CleanupPolicy? policy = null) => new() { Mode = CleanupMode.Entry, AsOf = Now, Policy = policy ?? new CleanupPolicy(), Key = key };

    [Fact]
    public void Only_the_named_entry_goes_though_others_have_expired()
    {
        Assert.Equal(RemovalReason.Named, Rules("7").Choose(Entry("7")));
        Assert.Equal(RemovalReason.Named, Rules("abc").Choose(Entry("8", "abc")));
        Assert.Null(Rules("7").Choose(Entry("8", "abc")));
        Assert.Null(new SelectionRules { Mode = CleanupMode.Entry, AsOf = Now, Policy = new CleanupPolicy() }.Choose(Entry("8")));
    }

    [Fact]
    public void A_pinned_entry_stays_even_when_it_is_named() => Assert.Null(Rules("7", new CleanupPolicy { PinnedKeys = ["7"] }).Choose(Entry("7")));

    [Fact]
    public async Task What_a_person_pinned_stands_among_the_policys_own_keys_until_it_is_let_go()
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder.Path, null), Stop);
        var pins = new PinStore(new NoteStore(state), "one");
        await pins.PinAsync(new Pin("7", "someone", Now), Stop);
        await pins.PinAsync(new Pin("7", "someone else", Now.AddMinutes(1)), Stop);
        Assert.Equal("someone else", Assert.Single(await pins.ListAsync(Stop)).Author);
        Assert.Equal(["own", "7"], (await pins.AddToAsync(new CleanupPolicy { PinnedKeys = ["own"] }, Stop)).PinnedKeys);
        Assert.True(await pins.ChangedSinceAsync(Now, Stop));
        Assert.False(await pins.ChangedSinceAsync(Now.AddMinutes(1), Stop));
        Assert.Empty(await new PinStore(new NoteStore(state), "two").ListAsync(Stop));
        await pins.UnpinAsync("7", Now.AddMinutes(2), Stop);
        Assert.Empty(await pins.ListAsync(Stop));
    }
}
