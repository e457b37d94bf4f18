using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class DeletionBudgetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_days_runs_count_together_but_not_what_had_expired_was_taken_back_or_is_older()
    {
        var budget = DeletionBudget.Of(
        [
            Run("a", Now.AddHours(-1), RemovalReason.LowValue, 100),
            Run("b", Now.AddHours(-2), RemovalReason.Expired, 1000),
            Run("c", Now.AddHours(-3), RemovalReason.LowValue, 70),
            Run("d", Now.AddHours(-25), RemovalReason.LowValue, 50),
            Run("u", Now.AddHours(-1), RemovalReason.LowValue, 0) with { Undoes = "c", Plan = null },
            Run("r", Now.AddHours(-1), RemovalReason.LowValue, 500) with { Outcome = RunOutcome.Refused, UndoUntil = null },
        ], Now);
        Assert.Equal(100, budget.Of(TierName.Postgresql));
    }

    [Fact]
    public void What_is_left_today_is_a_share_of_what_the_tier_held_before_and_no_more_than_the_rows_allowed()
    {
        var budget = new DeletionBudget(new Dictionary<TierName, long> { [TierName.Postgresql] = 100 });
        Assert.Equal(200, budget.Left(TierName.Postgresql, 900, new CleanupPolicy { MaxSharePerDay = 0.3 }));
        Assert.Equal(50, budget.Left(TierName.Postgresql, 900, new CleanupPolicy { MaxSharePerDay = 0.3, MaxRowsPerDay = 150 }));
        Assert.Equal(0, budget.Left(TierName.Postgresql, 200, new CleanupPolicy { MaxSharePerDay = 0.3 }));
    }

    [Fact]
    public void A_run_beyond_the_days_budget_is_refused_unless_its_share_is_allowed()
    {
        var spent = new DeletionBudget(new Dictionary<TierName, long> { [TierName.Postgresql] = 200 });
        Assert.Equal("day-budget", Guards(Plan(800, 150), spent));
        Assert.Equal("", Guards(Plan(800, 100), spent));
        Assert.Equal("", Guards(Plan(800, 150), spent, 0.36));
        Assert.Equal("", Guards(Plan(800, 150), DeletionBudget.Untouched));
    }

    [Fact]
    public void A_superuser_is_refused_unless_the_settings_allow_one()
    {
        var root = new Dictionary<TierName, ServerFacts> { [TierName.Postgresql] = new ServerFacts(Now, null) { IsSuperuser = true } };
        Assert.Equal("superuser", Assert.Single(CleanupGuards.Check(Plan(100, 1), new Dictionary<TierName, TierMemory>(), root, new CleanupPolicy(), new CleanupOverrides())).Guard);
        Assert.Empty(CleanupGuards.Check(Plan(100, 1), new Dictionary<TierName, TierMemory>(), root, new CleanupPolicy { AllowSuperuser = true }, new CleanupOverrides()));
    }

    [Fact]
    public void A_smart_run_takes_only_what_is_left_today()
    {
        var smart = new CleanupRequest("p", CleanupMode.Smart, CleanupMode.Moderate, "");
        Assert.Equal(100, ValueBar.Wanted(smart, 1000, 1000, 0, new CleanupPolicy()));
        Assert.Equal(30, ValueBar.Wanted(smart, 1000, 1000, 0, new CleanupPolicy(), leftToday: 30));
        Assert.Equal(100, ValueBar.Wanted(smart with { Overrides = new CleanupOverrides { AllowShare = 0.9 } }, 1000, 1000, 0, new CleanupPolicy(), leftToday: 30));
    }

    private static string Guards(CleanupPlan plan, DeletionBudget spent, double? allowed = null) => string.Join(
        ",", CleanupGuards.Check(plan, new Dictionary<TierName, TierMemory>(), new Dictionary<TierName, ServerFacts>(), new CleanupPolicy(), new CleanupOverrides { AllowShare = allowed }, spent).Select(refusal => refusal.Guard));

    private static CleanupPlan Plan(long entries, long taken) => new()
    {
        Plan = "plan",
        Project = "p",
        Asked = CleanupMode.Moderate,
        Mode = CleanupMode.Moderate,
        Reason = "",
        AsOf = Now,
        ValidUntil = Now,
        Tiers = [new TierTotals(TierName.Postgresql, entries, entries * 100)],
        Removals = [new PlannedRemoval(TierName.Postgresql, RemovalReason.LowValue, taken, taken, "")],
    };

    private static RunRecord Run(string run, DateTimeOffset at, RemovalReason reason, long count) => new()
    {
        Run = run,
        Job = "moderate-cleanup",
        Project = "p",
        StartedAt = at,
        Node = "n",
        Trigger = RunTrigger.Manual,
        Outcome = RunOutcome.Done,
        UndoUntil = at.AddDays(7),
        Plan = JsonSerializer.SerializeToNode(Plan(1000, count) with { Removals = [new PlannedRemoval(TierName.Postgresql, reason, count, count, "")] }, StateJson.Options),
    };
}
