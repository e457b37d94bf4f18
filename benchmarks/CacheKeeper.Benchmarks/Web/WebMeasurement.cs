using System.Net;
using CacheKeeper.Benchmarks.Sweeps;
using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Sandbox.Traffic;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>Requests a second of the API beside bare Kestrel with the same bytes; then beside itself while the table is swept.</summary>
internal sealed class WebMeasurement : IMeasurement
{
    private const int Connections = 50;
    private const int Rounds = 5;

    // The keeper is compiled before it starts, a measurement is not: what comes first would be measured while its code is still made anew.
    private const int WarmUps = 2;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(4);

    public string Name => "web";

    public string Summary => "P17: the metrics document, token checked, beside bare Kestrel with the same bytes; P18: the same during a sweep, and the sweep during the requests";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var tables = await SweepTables.StartAsync(cancellationToken);
        await tables.FillAsync("web", Duel.Entries, 10, cancellationToken);
        await using var table = await tables.CopyAsync("web", cancellationToken);
        await using var state = await StateStore.OpenAsync(new StateLocation(table.State), cancellationToken);
        await using var keeper = KeeperHost.Open(table.Settings, state, TimeProvider.System, NullLoggerFactory.Instance);
        await using var ours = await StartAsync(services => services.AddSingleton(TimeProvider.System).AddDashboard([keeper]), app => app.MapDashboard());
        var (_, token) = await ours.Services.GetRequiredService<AccessStore>().CreateAsync("bench", Role.Viewer, null, DateTimeOffset.UtcNow, null, setup: false, cancellationToken);
        foreach (var path in (string[])["/api/cache/metrics", "/"])
        {
            using var http = new HttpClient { BaseAddress = new Uri(ours.Urls.First()), DefaultRequestHeaders = { { "Authorization", "Bearer " + token } } };
            var payload = await http.GetByteArrayAsync(path, cancellationToken);
            await using var bare = await StartAsync(_ => { }, app => app.Run(context => context.Response.Body.WriteAsync(payload).AsTask()));
            var (mine, theirs) = await Duel.FightAsync(() => LoadAsync(ours, path, token, Each, cancellationToken), () => LoadAsync(bare, path, null, Each, cancellationToken), Rounds, WarmUps);
            figures.AddRatio($"P17 requests a second, {path}", [.. mine.Select(load => load.PerSecond)], [.. theirs.Select(load => load.PerSecond)], must: 0.5, note: $"{payload.Length} bytes, {Connections} connections");
            figures.Add($"P17 p99, ms, {path}", Duel.Median(mine.Select(load => load.Percentile(0.99))), lowerIsBetter: true);
        }

        await UnderSweepAsync(figures, ours, keeper, token, cancellationToken);
    }

    private static async Task UnderSweepAsync(Figures figures, WebApplication ours, KeeperHost keeper, string token, CancellationToken cancellationToken)
    {
        var (idle, swept, alone, loaded, mistakes) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0);
        var slowest = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var before = await LoadAsync(ours, "/api/cache/metrics", token, Each, cancellationToken);
            var free = await SweepAsync(keeper, cancellationToken);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asking = LoadUntilAsync(ours, token, over.Token);
            var busy = await SweepAsync(keeper, cancellationToken);
            await over.CancelAsync();
            var during = await asking;
            if (round > 0)
            {
                idle.Add(before.PerSecond);
                alone.Add(free);
                loaded.Add(busy);
                swept.Add(during.PerSecond);
                slowest.Add(during.Percentile(0.99));
                mistakes += during.Mistakes.Count;
            }
        }

        figures.AddRatio($"P18 requests a second during a sweep of {Duel.Entries} rows", swept, idle, must: 0.3);
        figures.Add("P18 p99 during the sweep, ms", Duel.Median(slowest), must: 50, lowerIsBetter: true, note: $"{mistakes} errors");
        figures.AddRatio("P18 time of the sweep", loaded, alone, must: 1.5, lowerIsBetter: true);
    }

    private static Task<LoadResult> LoadAsync(WebApplication app, string path, string? token, TimeSpan time, CancellationToken cancellationToken) =>
        HttpLoad.RunAsync(IPEndPoint.Parse(new Uri(app.Urls.First()).Authority), [HttpLoad.Get(path, token)], Connections, time, cancellationToken);

    // In short stretches, so that it ends when the sweep does.
    private static async Task<LoadResult> LoadUntilAsync(WebApplication app, string token, CancellationToken over)
    {
        var parts = new List<LoadResult>();
        while (!over.IsCancellationRequested)
        {
            parts.Add(await LoadAsync(app, "/api/cache/metrics", token, TimeSpan.FromMilliseconds(500), CancellationToken.None));
        }

        return new LoadResult(parts.Average(part => part.PerSecond), [.. parts.SelectMany(part => part.Milliseconds).Order()], [.. parts.SelectMany(part => part.Mistakes)]);
    }

    // Seconds of one plan that reads every row twice.
    private static async Task<double> SweepAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        var request = new CleanupRequest(keeper.Project, CleanupMode.Aggressive, CleanupMode.Aggressive, "measured") { FullPace = true };
        var begun = System.Diagnostics.Stopwatch.StartNew();
        await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(keeper.Project, RunTrigger.Manual) { DryRun = true }, cancellationToken);
        return begun.Elapsed.TotalSeconds;
    }

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
