using CacheKeeper.Client;
using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Optimization;

/// <summary>A gateway reads real tiers through the client while the optimizer works: what it promises comes, and a planted bad change goes.</summary>
internal sealed class OptimizerCheck : ICheck
{
    public string Name => "optimizer";

    public string Goal => "a gateway reads through the client; a run must lift the measured hit ratio as promised, and take back a planted bad change by itself";

    public (int Smoke, int Default, int Full) Tries => (1, 2, 5);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        await using (var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken))
        {
            for (var each = 0; each < run.Tries; each++)
            {
                await TryAsync(run, host, Path.Combine(folder, $"state-{each}"), each, cancellationToken);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task TryAsync(CheckRun run, SandboxHost host, string state, int number, CancellationToken cancellationToken)
    {
        var phase = TimeSpan.FromSeconds(run.Smoke ? 5 : 20);
        var project = $"optimizer_{number}";
        await host.Databases.AddAsync(project, 2, cancellationToken);
        var options = host.Endpoints.ForClient();
        (options.Project, options.KeyPrefix, options.Mem0ApiKey, options.AccessLogRate) = (project, project + ":", null, 1);
        (options.DatabaseUrl, options.DirectivesInterval, options.FlushInterval) = (host.Databases.OwnerUrl(project, host.PostgreSql.Port), TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(5));
        options.Categories.Add(new CategoryRule("rates", "rates_agent", ["rate of"], Ttl: TimeSpan.FromSeconds(1)));
        await using var cache = new TieredCache(options);
        await using var keeper = await KeeperHost.OpenAsync(Settings(options, host, project, state, phase), TimeProvider.System, cancellationToken);
        var parts = new OptimizerHost(keeper);
        var random = new Random(run.Seed + number);

        var before = await AskAsync(cache, phase, random, cancellationToken);
        var made = (await keeper.Runner.RunAsync(parts.Job(FixedJobs.PerformanceOptimization, OptimizationRequest.All), new JobRequest(project, RunTrigger.Manual), cancellationToken))!;
        var change = (await parts.Changes.ListAsync(cancellationToken)).FirstOrDefault(change => change.Subject == "ttl:rates");
        if (change is null)
        {
            run.Offend($"the run changed nothing: {made.Reason}");
            return;
        }

        var after = await AskAsync(cache, phase, random, cancellationToken);
        await JudgeAsync(keeper, parts, cancellationToken);
        change = (await parts.Changes.ListAsync(cancellationToken)).First(one => one.Id == change.Id);
        run.Expect(change is { State: ChangeState.Kept, Verdict.Helped: true }, $"the change was not kept: {change.Verdict?.Sentence}");
        run.Expect(after > before, $"the gateway's own hit ratio went from {before:0.000} to {after:0.000}");
        run.Expect(run.Smoke || change.Promised.GroupHitRatio!.Holds(change.Verdict!.Got.GroupHitRatio!.Value), $"outside of the promise: {change.Verdict?.Sentence}");
        run.Fact($"the gateway's hit ratio {before:0.000} → {after:0.000}. {change.Verdict?.Sentence}");

        await PlantAsync(run, cache, keeper, parts, random, phase, cancellationToken);
    }

    private static async Task PlantAsync(CheckRun run, TieredCache cache, KeeperHost keeper, OptimizerHost parts, Random random, TimeSpan phase, CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        foreach (var kept in await parts.Changes.ListAsync(cancellationToken))
        {
            await parts.Changes.WriteAsync(kept with { State = ChangeState.Superseded }, cancellationToken);
        }

        await parts.Changes.WriteAsync(
            new Change("chg-planted", keeper.Project, "planted", "ttl:rates", now)
            {
                What = "Keep answers of rates for 1 s",
                Directive = new TtlDirective(null, "rates", null, null, 1, now.AddHours(1), "planted", "optimizer"),
                SecondsBefore = 2,
                Promised = new Effect { GroupHitRatio = new(0.1, 0.05, 0.15) },
                JudgeAt = now + (phase / 2),
            },
            cancellationToken);
        await parts.Changing.PublishAsync(now, cancellationToken);
        await AskAsync(cache, phase * 0.8, random, cancellationToken);
        await JudgeAsync(keeper, parts, cancellationToken);
        var planted = (await parts.Changes.ListAsync(cancellationToken)).First(change => change.Id == "chg-planted");
        run.Expect(planted.State == ChangeState.Reverted, $"the planted change stands: {planted.State} {planted.Verdict?.Sentence}");
        run.Expect((await keeper.Directives.ReadAsync(cancellationToken)).Ttl.Count == 0, "the planted directive is still published");
        run.Fact($"planted: {planted.Verdict?.Sentence}");
    }

    private static Task JudgeAsync(KeeperHost keeper, OptimizerHost parts, CancellationToken cancellationToken) =>
        keeper.Runner.RunAsync(parts.VerdictJob(), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);

    // Forty questions, each again after about a second and a half: too late for a lifetime of one second, in time for one of two.
    private static async Task<double> AskAsync(TieredCache cache, TimeSpan length, Random random, CancellationToken cancellationToken)
    {
        var seeds = Enumerable.Range(0, 40).Select(_ => random.Next()).ToArray();
        var until = TimeProvider.System.GetUtcNow() + length;
        var counts = await Task.WhenAll(seeds.Select(async (seed, number) =>
        {
            var own = new Random(seed);
            var (hits, lookups) = (0, 0);
            await Task.Delay(TimeSpan.FromSeconds(1.5 * own.NextDouble()), cancellationToken);
            while (TimeProvider.System.GetUtcNow() < until)
            {
                var found = await cache.LookupAsync($"What is the rate of currency {number}?", cancellationToken: cancellationToken);
                (hits, lookups) = (hits + (found.IsHit ? 1 : 0), lookups + 1);
                if (!found.IsHit)
                {
                    await cache.SaveAsync($"What is the rate of currency {number}?", "It is one.", cancellationToken: cancellationToken);
                }

                await Task.Delay(TimeSpan.FromSeconds(1.35 + (0.3 * own.NextDouble())), cancellationToken);
            }

            return (Hits: hits, Lookups: lookups);
        }));
        await cache.FlushAsync(cancellationToken);
        return (double)counts.Sum(count => count.Hits) / counts.Sum(count => count.Lookups);
    }

    private static KeeperSettings Settings(CacheKeeperClientOptions options, SandboxHost host, string project, string state, TimeSpan phase) => new()
    {
        Project = project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = host.Databases.KeeperUrl(project, host.PostgreSql.Port) } },
        Upstash = new RedisSettings { Url = options.UpstashUrl, Token = new Secret { Text = options.UpstashToken }, KeyPrefix = options.KeyPrefix },
        State = new StateSettings { Directory = state },
        Optimizer = new OptimizerPolicy
        {
            Window = TimeSpan.FromMinutes(10),
            MinimumLookups = 50,
            Ttl = new TtlLimits
            {
                Shortest = TimeSpan.FromSeconds(1),
                Longest = TimeSpan.FromMinutes(1),
                BytesBudget = 2,
                Ordinary = new() { ["rates"] = TimeSpan.FromSeconds(1) },
                Stands = TimeSpan.FromHours(1),
            },
            Judge = new JudgePolicy { After = phase / 2, MinimumLookups = 10 },
        },
    };
}
