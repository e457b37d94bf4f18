using CacheKeeper.Cleanup;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class CleanupGuardsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 200, null, "")]
    [InlineData(1000, 201, null, "share")]
    [InlineData(1000, 201, 0.21, "")]
    [InlineData(1000, 1000, 0.99, "whole-tier")]
    [InlineData(1000, 1000, 1.0, "")]
    [InlineData(0, 0, null, "")]
    public void No_more_than_its_share_goes(long entries, long taken, double? allowed, string guard) =>
        Assert.Equal(guard, Guards(Plan(entries, taken), overrides: new CleanupOverrides { AllowShare = allowed }));

    [Fact]
    public void An_empty_listing_of_a_tier_that_held_entries_is_refused()
    {
        Assert.Equal("empty-listing", Guards(Plan(0, 0), new TierMemory(5, Now.AddHours(-1), null)));
        Assert.Equal("", Guards(Plan(0, 0), new TierMemory(0, Now.AddHours(-1), null)));
    }

    [Fact]
    public void A_clock_years_ahead_is_refused()
    {
        Assert.Equal("clock", Guards(Plan(10, 1), server: new ServerFacts(Now.AddYears(-3), null)));
        Assert.Equal("clock", Guards(Plan(10, 1), server: new ServerFacts(Now.AddMinutes(6), null)));
        Assert.Equal("", Guards(Plan(10, 1), server: new ServerFacts(Now.AddMinutes(4), null)));
        Assert.Equal("clock", Guards(Plan(10, 1), new TierMemory(10, Now.AddYears(1), null)));
    }

    [Fact]
    public void Another_database_than_before_is_refused() =>
        Assert.Equal("wrong-database", Guards(Plan(10, 1), new TierMemory(10, Now.AddHours(-1), "app/1"), new ServerFacts(Now, "app/2")));

    [Fact]
    public void A_bound_on_rows_holds() =>
        Assert.Equal("max-rows", Guards(Plan(1000, 11), overrides: new CleanupOverrides { MaxRows = 10 }));

    [Theory]
    [InlineData(nameof(CleanupMode.Deep), null, null, "fresh-proof")]
    [InlineData(nameof(CleanupMode.Deep), 27, null, "fresh-proof")]
    [InlineData(nameof(CleanupMode.Deep), 25, null, "")]
    [InlineData(nameof(CleanupMode.Light), null, null, "")]
    [InlineData(nameof(CleanupMode.Aggressive), null, null, "")]
    public void A_deep_cleanup_asks_for_a_fresh_backup(string mode, int? backup, int? drill, string guard) =>
        Assert.Equal(guard, Proof(Living() with { Mode = Enum.Parse<CleanupMode>(mode) }, backup, drill, new ProofPolicy()));

    [Theory]
    [InlineData(null, "fresh-proof")]
    [InlineData(100, "fresh-proof")]
    [InlineData(40, "")]
    public void A_proof_by_a_restore_is_asked_for_when_the_setting_says_so(int? drill, string guard) =>
        Assert.Equal(guard, Proof(Living() with { Mode = CleanupMode.Aggressive }, 1, drill, new ProofPolicy { AskFor = [CleanupMode.Aggressive], DrillWithin = TimeSpan.FromHours(48) }));

    [Fact]
    public void No_proof_is_asked_for_what_has_expired_or_when_the_operator_goes_without()
    {
        var plan = Living() with { Mode = CleanupMode.Deep };
        Assert.Equal("", Proof(plan, null, null, new ProofPolicy(), new CleanupOverrides { WithoutProof = true }));
        Assert.Equal("", Proof(plan with { Removals = [.. plan.Removals.Select(removal => removal with { Reason = RemovalReason.Expired })] }, null, null, new ProofPolicy()));
    }

    private static CleanupPlan Living() => Plan(1000, 10) with { Removals = [new PlannedRemoval(TierName.Postgresql, RemovalReason.LowValue, 10, 1000, "")] };

    private static string Proof(CleanupPlan plan, int? backup, int? drill, ProofPolicy policy, CleanupOverrides? overrides = null) =>
        ProofGuard.Check(plan, new NewestProof(backup is { } b ? Now.AddHours(-b) : null, drill is { } d ? Now.AddHours(-d) : null), overrides ?? new CleanupOverrides(), policy, Now)?.Guard ?? "";

    private static string Guards(CleanupPlan plan, TierMemory? memory = null, ServerFacts? server = null, CleanupOverrides? overrides = null)
    {
        var known = memory is null ? [] : new Dictionary<TierName, TierMemory> { [TierName.Postgresql] = memory };
        var servers = server is null ? [] : new Dictionary<TierName, ServerFacts> { [TierName.Postgresql] = server };
        return string.Join(",", CleanupGuards.Check(plan, known, servers, new CleanupPolicy(), overrides ?? new CleanupOverrides()).Select(refusal => refusal.Guard));
    }

    private static CleanupPlan Plan(long entries, long taken) => new()
    {
        Plan = "plan",
        Project = "p",
        Asked = CleanupMode.Light,
        Mode = CleanupMode.Light,
        Reason = "",
        AsOf = Now,
        ValidUntil = Now,
        Tiers = [new TierTotals(TierName.Postgresql, entries, entries * 100)],
        Removals = taken == 0 ? [] : [new PlannedRemoval(TierName.Postgresql, RemovalReason.Expired, taken, taken * 100, "")],
    };
}
