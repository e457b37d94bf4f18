using CacheKeeper.Cleanup;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class SelectionAuditTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_reason_that_the_record_proves_is_proved_and_a_comparison_is_told_as_one()
    {
        var audit = Audit(
            new Selection(Entry("1") with { ExpiresAt = Now }, RemovalReason.Expired),
            new Selection(Entry("2"), RemovalReason.LowValue));

        Assert.Equal((2, 1, 1, 0), (audit.Looked, audit.Proved, audit.Compared, audit.Wrong));
        Assert.Contains("1 of 2 chosen entries, all hold", audit.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_had_not_expired_or_was_pinned_is_wrong()
    {
        var audit = Audit(
            new Selection(Entry("1") with { ExpiresAt = Now.AddSeconds(1) }, RemovalReason.Expired),
            new Selection(Entry("2") with { Pinned = true }, RemovalReason.LowValue));

        Assert.Equal(2, audit.Wrong);
        Assert.Contains("2 DO NOT HOLD", audit.Sentence, StringComparison.Ordinal);
    }

    private static SelectionAudit Audit(params Selection[] chosen)
    {
        var audit = new SelectionAudit(Now, new CleanupPolicy());
        foreach (var one in chosen)
        {
            audit.Look(one);
        }

        return audit;
    }

    private static EntryHead Entry(string id) => new(TierName.Postgresql, id, "1");
}
