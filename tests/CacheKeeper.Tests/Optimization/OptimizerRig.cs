using CacheKeeper.Client;
using CacheKeeper.Optimization;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Optimization;

/// <summary>A keeper over a database of its own, on a clock that only the test moves.</summary>
internal sealed class OptimizerRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder;

    private OptimizerRig(TemporaryFolder folder, string url, KeeperHost keeper, FakeTimeProvider time) => (_folder, DatabaseUrl, Keeper, Time) = (folder, url, keeper, time);

    public string DatabaseUrl { get; }

    public KeeperHost Keeper { get; }

    public FakeTimeProvider Time { get; }

    public OptimizerHost Parts => new(Keeper);

    public static async Task<OptimizerRig> OpenAsync(SandboxFixture sandbox, OptimizerPolicy? policy = null)
    {
        var url = await sandbox.NewDatabaseAsync();
        var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(Start);
        var settings = new KeeperSettings
        {
            Project = sandbox.NewProject(),
            Postgresql = new PostgresSettings { Url = new Secret { Text = url } },
            State = new StateSettings { Directory = folder.Path },
            Optimizer = policy ?? new(),
        };
        return new(folder, url, await KeeperHost.OpenAsync(settings, time, TestContext.Current.CancellationToken), time);
    }

    public async Task<RunRecord> RunAsync(IJob job, bool dryRun = false) =>
        (await Keeper.Runner.RunAsync(job, new JobRequest(Keeper.Project, RunTrigger.Manual) { DryRun = dryRun }, TestContext.Current.CancellationToken))!;

    public Task<RunRecord> OptimizeAsync(bool dryRun = false) => RunAsync(Parts.Job(FixedJobs.PerformanceOptimization, OptimizationRequest.All), dryRun);

    /// <summary>What stands in PostgreSQL for the readers.</summary>
    public async Task<DirectivesDocument> PublishedAsync() =>
        DirectivesDocument.FromJson(await Client.Rows.ScalarAsync<string>(DatabaseUrl, "select coalesce((select document::text from cache_directives where project_name = $1), $2)", Keeper.Project, DirectivesDocument.Empty(Keeper.Project).ToJson()))!;

    public async ValueTask DisposeAsync()
    {
        await Keeper.DisposeAsync();
        _folder.Dispose();
    }
}
