using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Cleanup.Regret;

public sealed class RegretTests(SandboxFixture sandbox)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void What_came_back_is_told_by_reason_and_category_with_its_interval()
    {
        var ledger = RegretLedger.Of(
        [
            .. Ghosts(RemovalReason.LowValue, "payments", 40, 10),
            .. Ghosts(RemovalReason.LowValue, "orders", 60, 0),
            .. Ghosts(RemovalReason.Expired, "orders", 50, 50),
        ]);
        Assert.Equal(0.1, ledger.Regret!.Value, 6);
        var worst = ledger.Lines.Single(line => line is { Reason: RemovalReason.LowValue, Category: "payments" });
        Assert.Equal((40, 10, 0.25), (worst.Removed, worst.Returned, worst.Share));
        Assert.InRange(worst.Low, 0.14, 0.15);
        Assert.InRange(worst.High, 0.40, 0.41);
        Assert.Equal(TimeSpan.FromHours(2), worst.Until);
        Assert.Null(RegretLedger.Of(Ghosts(RemovalReason.Expired, "orders", 5, 5)).Regret);
    }

    [Fact]
    public void A_category_whose_entries_come_back_is_worth_more_and_little_knowledge_changes_little()
    {
        var lesson = RegretLesson.Of(RegretLedger.Of([.. Ghosts(RemovalReason.LowValue, "payments", 400, 100), .. Ghosts(RemovalReason.LowValue, "orders", 400, 0), .. Ghosts(RemovalReason.LowValue, "new", 1, 1)]), new RegretPolicy());
        Assert.InRange(lesson.Of("payments"), 1.7, 2);
        Assert.InRange(lesson.Of("orders"), 0.2, 0.3);
        Assert.InRange(lesson.Of("new"), 1, 1.1);
        Assert.Equal(1, lesson.Of("never seen"));
        Assert.Empty(RegretLesson.Of(RegretLedger.Of(Ghosts(RemovalReason.Expired, "payments", 9, 9)), new RegretPolicy()).Factors);
    }

    [Fact]
    public void Of_a_large_run_a_share_is_remembered_and_stands_for_all()
    {
        var rate = Ghost.Rate(1_000_000, 20_000);
        var kept = Enumerable.Range(0, 100_000).Count(i => Ghost.IsKept($"hash-{i}", rate));
        Assert.InRange(kept, 1700, 2300);
        Assert.Equal(1, Ghost.Rate(20_000, 20_000));
    }

    [Fact]
    public async Task A_row_that_is_written_again_after_its_removal_is_regretted_until_the_run_is_taken_back()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox);
        var run = await place.RunAsync(new CleanupRequest("", CleanupMode.Category, CleanupMode.Category, "one category") { Category = "pay", Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true });
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        var now = place.Keeper.Time.GetUtcNow();
        Assert.Equal(0, (await place.Keeper.Regret.LookAsync(now, Stop)).Returned);

        // Entry 3 was live and in the category; a reader asks for it again and stores the new answer.
        await place.InsertAsync($"{place.Project}-3", place.Project, "pay", "anew", expired: false, pinned: false);
        await using (var command = place.Gateway.CreateCommand("UPDATE cache_entries SET created_at = (now() AT TIME ZONE 'UTC') + interval '1 minute' WHERE query_hash = $1"))
        {
            command.Parameters.AddWithValue($"{place.Project}-3");
            await command.ExecuteNonQueryAsync(Stop);
        }

        var ledger = await place.Keeper.Regret.LookAsync(now, Stop);
        Assert.Equal(1, ledger.Returned);
        Assert.Equal("pay", Assert.Single(ledger.Lines, line => line.Returned > 0).Category);
        await place.UndoAsync(run.Run);
        Assert.Empty((await place.Keeper.Regret.LookAsync(now, Stop)).Lines);
    }

    private static IReadOnlyList<Ghost> Ghosts(RemovalReason reason, string category, int removed, int returned) =>
        [.. Enumerable.Range(0, removed).Select(i => new Ghost($"{reason}{category}{i}", category, reason, Now, 1, i < returned ? Now.AddHours(2) : null))];
}
