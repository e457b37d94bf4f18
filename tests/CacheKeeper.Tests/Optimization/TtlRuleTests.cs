using CacheKeeper.Cli;
using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.History;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Optimization;

/// <summary>Lifetimes are bounded by freshness first, then by growth, then by bytes.</summary>
public sealed class TtlRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_advice_goes_beyond_the_ceiling_whatever_the_hit_ratio_says()
    {
        // Everybody returns after eleven hours: only a lifetime beyond the ceiling of payments would help.
        var advice = Advise(new OptimizerPolicy { Ttl = new TtlLimits { MostGrowthPerWeek = 100, BytesBudget = 100 } }, ("payments", 11), ("general", 11));
        Assert.DoesNotContain(advice, one => one.Action?.Directive is { Category: "payments", Seconds: > 7200 });
        Assert.Contains(advice, one => one.Action?.Directive is { Category: "general", Seconds: >= 11 * 3600 });
    }

    [Fact]
    public void What_lives_longer_than_its_ceiling_comes_first_and_is_demanded()
    {
        var policy = new OptimizerPolicy { Ttl = new TtlLimits { OrdinaryPostgresql = TimeSpan.FromDays(1) } };
        var first = Advise(policy, ("payments", 3), ("general", 3))[0];
        Assert.Equal(("freshness", true, "ttl:payments"), (first.Rule, first.Demanded, first.Id));
        Assert.InRange(first.Action!.Directive!.Seconds!.Value, 1, 7200);
        Assert.True(first.Expected.StaleShare < 0);
        Assert.True(first.Expected.GroupHitRatio!.Value < 0);
    }

    [Fact]
    public void Nothing_grows_faster_than_the_week_allows()
    {
        var advice = Advise(new OptimizerPolicy { Ttl = new TtlLimits { MostGrowthPerWeek = 1.5, BytesBudget = 100 } }, ("general", 1.3), ("other_things", 1.3));
        Assert.All(advice.Where(one => one.Action?.Directive is not null), one => Assert.InRange(one.Action!.Directive!.Seconds!.Value, 1, 5400));
        Assert.NotEmpty(advice);
    }

    [Fact]
    public void A_log_shorter_than_the_lifetime_promises_nothing_and_says_so()
    {
        var policy = new OptimizerPolicy { Ttl = new TtlLimits { OrdinaryPostgresql = TimeSpan.FromDays(5) } };
        var inputs = Inputs(policy, ("payments", 3));
        Assert.Empty(Advisor.Advise(inputs));
        Assert.StartsWith("The access log covers 4 d; about answers that live 5 d nothing is promised", TtlRule.TooShort(inputs)!.Replace("3.9 d", "4 d", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_in_redis_are_dead_weight_only_by_a_log_that_could_have_shown_them_read()
    {
        Assert.Contains(Advise(new OptimizerPolicy()), one => one.Id == "placement:general");
        Assert.DoesNotContain(Advise(new OptimizerPolicy { Ttl = new TtlLimits { OrdinaryPostgresql = TimeSpan.FromDays(5) } }), one => one.Rule == "placement");

        static IReadOnlyList<Recommendation> Advise(OptimizerPolicy policy) => Advisor.Advise(Inputs(policy, ("general", 30)) with { Tiers = [TierName.Upstash, TierName.Postgresql] });
    }

    [Fact]
    public void What_an_analysis_says_reads_as_it_should()
    {
        var inputs = Inputs(new OptimizerPolicy { Ttl = new TtlLimits { BytesBudget = 2 } }, ("general", 1.3), ("payments", 11));
        Golden.Matches(OptimizerText.Of(Advisor.Advise(inputs), inputs, TrackRecord.Of([])), "analysis");
        Assert.Contains("▲", OptimizerText.Of(SizeAnswer.Of(inputs.History!, AccessHistory.Whole, 500)!), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_lookups_are_no_evidence() => Assert.Empty(Advise(new OptimizerPolicy { MinimumLookups = 1_000_000 }, ("general", 1.3)));

    [Fact]
    public void Constant_memory_a_sample_of_the_questions_says_nearly_the_same_as_all_of_them()
    {
        var all = Replay(100_000);
        var sample = Replay(500);
        Assert.Equal(4000, all.Followed);
        Assert.True(sample.Followed <= 500);
        var (few, many) = (Hits(sample), Hits(all));
        Assert.True(few.Holds(many.Value), $"{few} against {many.Value}");
        Assert.InRange(Math.Abs(few.Value - many.Value), 0, 0.03);

        static TtlReplay Replay(int mostKeys) => History(new OptimizerPolicy { MostKeys = mostKeys }, 4000, ("general", 2)).Groups[0].Replay;
        static Estimate Hits(TtlReplay replay)
        {
            var group = new GroupHistory("general", "", replay);
            return group.HitRatio(replay.Current)!;
        }
    }

    private static IReadOnlyList<Recommendation> Advise(OptimizerPolicy policy, params (string Category, double GapHours)[] groups) => Advisor.Advise(Inputs(policy, groups));

    private static AdviceInputs Inputs(OptimizerPolicy policy, params (string Category, double GapHours)[] groups)
    {
        var history = History(policy, 120, groups);
        return new AdviceInputs("p", history.Until, policy) { History = history, Tiers = [TierName.Postgresql] };
    }

    // Gaps around the mean, four days long; the log is what a cache of the ordinary lifetime would have written.
    private static AccessHistory History(OptimizerPolicy policy, int questions, params (string Category, double GapHours)[] groups)
    {
        var (random, length) = (new Random(11), TimeSpan.FromDays(4));
        var history = new AccessHistory(Start, Start + length, (category, _) => Replay(policy, category, length), policy.MostGroups);
        var accesses = new List<LoggedAccess>();
        foreach (var (category, gap) in groups)
        {
            for (var each = 0; each < questions; each++)
            {
                var key = ((ulong)random.NextInt64() << 1) ^ (ulong)random.NextInt64();
                var ends = Start;
                for (var at = Start.AddHours(gap * random.NextDouble()); at < Start + length; at = at.AddHours(gap * (0.8 + (0.4 * random.NextDouble()))))
                {
                    var hit = ends > at;
                    accesses.Add(new LoggedAccess(key, at, hit ? "postgresql" : null, category, "", hit ? 800 : null, 1));
                    ends = hit ? ends : at + policy.Ttl.OrdinaryPostgresql;
                }
            }
        }

        foreach (var access in accesses.OrderBy(access => access.At))
        {
            history.Add(access);
        }

        return history;
    }

    private static TtlReplay Replay(OptimizerPolicy policy, string category, TimeSpan length)
    {
        var rule = policy.FreshnessOf(category);
        var (lifetimes, at) = LifetimeGrid.Of(policy.Ttl, rule.Ceiling, policy.Ttl.OrdinaryPostgresql, policy.Ttl.OrdinaryPostgresql * policy.Ttl.MostGrowthPerWeek);
        return new TtlReplay(lifetimes, at, rule.ChangesEvery.TotalSeconds, policy.MostKeys, length.TotalSeconds / 8, length.TotalSeconds);
    }
}
