using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Recovery;

/// <summary>What each issue is seen by, and what is done about it.</summary>
public sealed class IssueTests
{
    private static readonly RecoveryPolicy Policy = new();

    [Fact]
    public void Every_kind_has_its_issue_and_its_runbook()
    {
        Assert.Equal(Enum.GetValues<IssueKind>().Order(), IssueCatalogue.All.Select(issue => issue.Kind).Order());
        Assert.All(IssueCatalogue.All, issue => Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", "runbooks", issue.Runbook + ".md")), issue.Runbook));
    }

    [Fact]
    public void Of_a_healthy_cache_nothing_is_ever_said()
    {
        var seen = new RecoveryScene(IssueKind.DiskFull).Seen with { Memory = (50, 100), Evicted = 0, Hits = (0.9, 1000), DiskFree = 0.5 };
        Assert.DoesNotContain(IssueCatalogue.All.SelectMany(issue => issue.Detect(seen, Policy)), symptom => symptom.Shows != false);
        var nothing = new RecoverySnapshot("p", RecoveryScene.Start);
        Assert.DoesNotContain(IssueCatalogue.All.SelectMany(issue => issue.Detect(nothing, Policy)), symptom => symptom.Shows == true);
    }

    [Theory]
    [InlineData("Mem0", "NoAnswer", "mem0_connection_failure")]
    [InlineData("Upstash", "NoAnswer", "upstash_connection_failure")]
    [InlineData("Postgresql", "NoAnswer", "postgresql_connection_failure")]
    [InlineData("Postgresql", "CredentialsRejected", "credentials_rejected/postgresql")]
    [InlineData("Mem0", "RateLimited", "quota_or_rate_limited/mem0")]
    [InlineData("Upstash", "WriteRejected", "eviction_or_write_rejected/upstash")]
    public void A_tier_that_fails_has_exactly_the_issue_of_its_cause(string name, string why, string issue)
    {
        var (tier, cause) = (Enum.Parse<TierName>(name), Enum.Parse<FailureCause>(why));
        var seen = new RecoveryScene(IssueKind.DiskFull).With(tier, RecoveryScene.Sight(tier, TierHealth.Failed, cause)).Seen;
        Assert.Equal([issue], IssueCatalogue.All.SelectMany(one => one.Detect(seen, Policy)).Where(symptom => symptom.Shows == true).Select(symptom => symptom.Key.ToString()));
    }

    [Fact]
    public void When_no_tier_answers_people_are_told_at_once_and_no_tier_is_left_out()
    {
        var scene = new RecoveryScene(IssueKind.AllTiersDown).Down(Enum.GetValues<TierName>()).Look();
        Assert.Equal(IncidentPhase.Escalated, scene.Open!.Phase);
        Assert.Empty(scene.Open.LeaveOut);
        TierName[] all = Enum.GetValues<TierName>();
        var incidents = all.Select(tier => scene.Open with { Id = tier.Word(), LeaveOut = [new LeaveOutDirective(tier.Word(), scene.Now.AddMinutes(5), "down")] }).ToList();
        Assert.Empty(StandingParts.Of(incidents, all, scene.Now).LeaveOut);
        Assert.Equal(2, StandingParts.Of(incidents.Skip(1), all, scene.Now).LeaveOut.Count);
    }

    [Fact]
    public void Two_troubles_do_not_stretch_one_neighbour_twice_and_a_full_tier_is_not_stretched_at_all()
    {
        var open = new RecoveryScene(IssueKind.Mem0ConnectionFailure).Down(TierName.Mem0).Look().Open!;
        TtlDirective Part(double factor, double minutes) => new("upstash", null, null, factor, null, RecoveryScene.Start.AddMinutes(minutes), "x");
        Incident[] incidents = [open with { Id = "a", Ttl = [Part(2, 5)] }, open with { Id = "b", Ttl = [Part(2, 9)] }];
        Assert.Equal(Part(2, 9), Assert.Single(StandingParts.Of(incidents, [TierName.Mem0, TierName.Upstash], RecoveryScene.Start).Ttl));
        Assert.Equal(0.5, Assert.Single(StandingParts.Of([.. incidents, open with { Id = "c", Ttl = [Part(0.5, 3)] }], [TierName.Upstash], RecoveryScene.Start).Ttl).Factor);
    }

    [Fact]
    public void High_memory_computes_the_bytes_to_free_and_a_little_less_memory_is_no_success()
    {
        var scene = new RecoveryScene(IssueKind.HighMemoryUsage) { Extra = new RecoverySnapshot("p", RecoveryScene.Start) { Memory = (900, 1000) } };
        scene.Look();
        Assert.Equal(new Repair.FreeBytes(TierName.Upstash, 200, "Redis uses 90% of its memory").Bytes, Assert.IsType<Repair.FreeBytes>(Assert.Single(scene.Repairs)).Bytes);
        scene.Extra = scene.Extra with { Memory = (790, 1000) };
        scene.Look(30);
        Assert.Equal(IncidentPhase.Treated, scene.Open!.Phase);
        scene.Extra = scene.Extra with { Memory = (700, 1000) };
        scene.LookFor(TimeSpan.FromSeconds(40));
        Assert.Null(scene.Open);
    }

    [Fact]
    public void A_low_hit_ratio_is_handed_to_the_optimizer_and_given_time_to_change()
    {
        var extra = new RecoverySnapshot("p", RecoveryScene.Start) { Hits = (0.4, 500), Jobs = new HashSet<string> { FixedJobs.PerformanceOptimization } };
        var scene = new RecoveryScene(IssueKind.LowHitRatio) { Extra = extra }.Look().LookFor(TimeSpan.FromMinutes(90), every: 60);
        Assert.Equal(FixedJobs.PerformanceOptimization, Assert.IsType<Repair.RunJob>(Assert.Single(scene.Repairs)).Job);
        var quiet = new RecoveryScene(IssueKind.LowHitRatio) { Extra = extra with { Hits = (0.1, 3) } }.Look();
        Assert.Null(quiet.Open);
        var broken = new RecoveryScene(IssueKind.LowHitRatio) { Extra = extra }.Down(TierName.Upstash).Look();
        Assert.Null(broken.Open);
        var without = new RecoveryScene(IssueKind.LowHitRatio) { Extra = extra with { Jobs = new HashSet<string>() } }.Look();
        Assert.Equal(IncidentPhase.Escalated, without.Open!.Phase);
    }

    [Fact]
    public void A_slow_postgresql_loses_only_our_own_statements()
    {
        var scene = new RecoveryScene(IssueKind.PerformanceDegradation, TierName.Postgresql).With(TierName.Postgresql, RecoveryScene.Sight(TierName.Postgresql, TierHealth.Degraded, FailureCause.Slow)).Look();
        Assert.Equal([typeof(Repair.CancelOwnStatements), typeof(Repair.RecyclePool)], scene.Repairs.Select(repair => repair.GetType()));
        Assert.Empty(scene.Open!.LeaveOut);
    }

    [Fact]
    public void Rejected_credentials_and_a_full_disk_need_a_person_at_once_and_change_nothing_for_the_readers()
    {
        var refused = new RecoveryScene(IssueKind.CredentialsRejected, TierName.Mem0).With(TierName.Mem0, RecoveryScene.Sight(TierName.Mem0, TierHealth.Failed, FailureCause.CredentialsRejected)).Look();
        var full = new RecoveryScene(IssueKind.DiskFull) { Extra = new RecoverySnapshot("p", RecoveryScene.Start) { DiskFree = 0.01 } }.Look();
        foreach (var scene in new[] { refused, full })
        {
            Assert.Equal(IncidentPhase.Escalated, scene.Open!.Phase);
            Assert.Empty(scene.Open.LeaveOut);
            Assert.Empty(scene.Repairs);
        }
    }

    [Fact]
    public void A_server_that_says_for_how_long_is_left_alone_so_long()
    {
        var sight = RecoveryScene.Sight(TierName.Upstash, TierHealth.Failed, FailureCause.RateLimited);
        var scene = new RecoveryScene(IssueKind.QuotaOrRateLimited, TierName.Upstash).With(TierName.Upstash, sight with { Latest = sight.Latest with { RetryAfter = TimeSpan.FromMinutes(20) } }).Look();
        Assert.Equal(RecoveryScene.Start.AddMinutes(20), scene.Open!.NextAt);
        Assert.True(scene.Open.LeaveOut[0].Until >= scene.Open.NextAt);
    }

    [Fact]
    public void Redis_that_tells_nothing_of_its_memory_is_unknown()
    {
        Assert.Equal((75L, 100L), RedisMemory.Parse("# Memory\r\nused_memory:75\r\nmaxmemory:100\r\n", null).Share);
        Assert.Equal((75L, 80L), RedisMemory.Parse("used_memory:75\nmaxmemory:100", 80).Share);
        Assert.Null(RedisMemory.Parse("used_memory:75\nmaxmemory:0", null).Share);
        Assert.Null(RedisMemory.Parse("", null).Share);
    }
}
