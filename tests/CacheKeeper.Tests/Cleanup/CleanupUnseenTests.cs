using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>What a cleanup says and does when a tier cannot be seen: unknown is not zero.</summary>
public sealed class CleanupUnseenTests(SandboxFixture sandbox)
{
    private const string Nowhere = "http://127.0.0.1:1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Smart", true)]
    [InlineData("Light", true)]
    [InlineData("Deep", false)]
    public async Task When_no_tier_answers_the_run_fails_and_says_which_and_what_to_do(string mode, bool dryRun)
    {
        var run = await RunAsync(new RedisSettings { Url = Nowhere, Token = new Secret { Text = "t" }, KeyPrefix = "p:" }, Enum.Parse<CleanupMode>(mode), null, dryRun);

        Assert.True(run.Outcome == RunOutcome.Failed, run.Reason);
        Assert.Equal(ExitCode.Failed, SessionHost.ExitCodeOf(run.Outcome));
        Assert.Contains("PostgreSQL: ", run.Reason, StringComparison.Ordinal);
        Assert.True(run.Reason.Contains("Upstash: ", StringComparison.Ordinal), run.Reason);
        Assert.Contains("debug connections", run.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing to", run.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_whose_owner_stands_in_an_unreachable_PostgreSQL_are_unknown_and_the_reason_names_it()
    {
        var host = await sandbox.StartedAsync();
        var prefix = sandbox.NewProject() + ":";
        await using var redis = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        await redis.GetDatabase().StringSetAsync(prefix + "payments:h1", "perhaps pinned");

        var run = await RunAsync(new RedisSettings { Url = host.Endpoints.UpstashUrl, Token = new Secret { Text = host.Endpoints.UpstashToken }, KeyPrefix = prefix }, CleanupMode.Category, "payments", dryRun: true);

        Assert.True(run.Outcome == RunOutcome.Failed, run.Reason);
        Assert.Contains("Upstash: whose the keys are stands in PostgreSQL", run.Reason, StringComparison.Ordinal);
        await redis.GetDatabase().KeyDeleteAsync(prefix + "payments:h1");
    }

    [Fact]
    public async Task When_one_tier_answers_the_plan_is_made_for_it_and_names_the_other()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox);
        var run = await RunAsync(new RedisSettings { Url = Nowhere, Token = new Secret { Text = "t" } }, CleanupMode.Light, null, dryRun: true, place.Keeper.Settings.Postgresql, place.Project);

        Assert.True(run.Outcome == RunOutcome.DryRun, run.Reason);
        var plan = run.Plan.Deserialize<CleanupPlan>(StateJson.Options)!;
        Assert.True(plan.Count > 0);
        Assert.Equal([TierName.Upstash], plan.Unseen.Select(totals => totals.Tier));
        Assert.Contains("Upstash was left out: Connection refused", CleanupText.Of(run, plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_record_its_pins_are_unknown_and_only_what_has_expired_may_go()
    {
        var rules = new SelectionRules { Mode = CleanupMode.Category, Category = "payments", AsOf = DateTimeOffset.UnixEpoch.AddDays(1), Policy = new CleanupPolicy() };
        var entry = new EntryHead(TierName.Mem0, "m", "1") { Category = "payments" };

        Assert.Equal(RemovalReason.Category, rules.Choose(entry));
        Assert.Null(rules.WithPinsUnknown().Choose(entry));
        Assert.Equal(RemovalReason.Expired, rules.WithPinsUnknown().Choose(entry with { ExpiresAt = DateTimeOffset.UnixEpoch }));
        Assert.Null((rules with { Mode = CleanupMode.Compress }).WithPinsUnknown().Choose(entry with { ExpiresAt = DateTimeOffset.UnixEpoch }));
    }

    private static async Task<RunRecord> RunAsync(RedisSettings upstash, CleanupMode mode, string? category, bool dryRun, PostgresSettings? postgresql = null, string project = "unseen")
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
        var settings = new KeeperSettings
        {
            Project = project,
            Postgresql = postgresql ?? new PostgresSettings { Url = new Secret { Text = "postgresql://keeper:x@127.0.0.1:1/none" } },
            Upstash = upstash,
        };
        await using var keeper = KeeperHost.Open(settings, state, TimeProvider.System, NullLoggerFactory.Instance);
        var request = CleanupStrengthCommand.Request(mode) with { Project = project, Category = category };
        return (await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(project, RunTrigger.Manual) { DryRun = dryRun }, Stop))!;
    }
}
