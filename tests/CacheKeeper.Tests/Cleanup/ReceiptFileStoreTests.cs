using CacheKeeper.Cleanup;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>A receipt whose disk fails in the middle of a run.</summary>
public sealed class ReceiptFileStoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("receipt write")]
    [InlineData("receipt flush")]
    public async Task After_a_failed_write_nothing_more_is_taken_and_what_was_written_can_be_read(string broken)
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
        var failing = false;
        state.BeforeEach = operation =>
        {
            if (failing && operation == broken)
            {
                throw new IOException("No space left on device");
            }
        };
        var receipts = new ReceiptStore(state);
        await using (var receipt = await receipts.OpenAsync("p", "run", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(7), Stop))
        {
            await receipt.WriteAsync([Entry("1"), Entry("2")], Stop);
            failing = true;
            await Assert.ThrowsAsync<IOException>(() => receipt.WriteAsync([Entry("3")], Stop));
            failing = false;
            await Assert.ThrowsAsync<IOException>(() => receipt.WriteAsync([Entry("4")], Stop));
            await receipts.SealAsync("run", receipt, Stop);
        }

        var row = (await receipts.FindAsync("p", "run", Stop))!;
        var ids = receipts.Read(row).SelectMany(frame => frame).Select(entry => entry.Head.Id).ToList();
        Assert.Equal(["1", "2"], ids.Take(2));
        Assert.DoesNotContain("4", ids);
        Assert.Equal(ids.Order(), receipts.ReadBackwards(row).SelectMany(frame => frame).Select(entry => entry.Head.Id).Order());
    }

    private static StoredEntry Entry(string id) => new(new EntryHead(TierName.Postgresql, id, "v"), "row", "{\"a\": 1}"u8.ToArray());
}
