using CacheKeeper.Scheduling;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CacheKeeper;

/// <summary>The daemon's heart: every project's timetable, this keeper's presence, its heartbeat to the outside.</summary>
internal sealed class KeeperService(ProjectsHost projects, IServer server, IHostApplicationLifetime lifetime, ILoggerFactory logs) : BackgroundService
{
    private static readonly TimeSpan PresenceEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(7);
    private static readonly TimeSpan AfterStart = TimeSpan.FromMilliseconds(500);
    private readonly ILogger _log = logs.CreateLogger("cachekeeper");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        var work = projects.All.SelectMany(keeper => new[] { KeepAsync(keeper, stoppingToken), AlertAsync(keeper, stoppingToken), RecoverAsync(keeper, stoppingToken) }).Append(ShowPresenceAsync(stoppingToken));
        await Task.WhenAll(work.Append(BeatAsync(projects.Default.Settings.Scheduling, stoppingToken)));
    }

    // The page answers first: whoever starts the keeper waits for it, and no due time minds half a second. What all projects do first would otherwise
    // share the processor with the first answer and take as long as everything before it.
    private async Task StartedAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stop);
        await Task.Delay(AfterStart, projects.Time, stop);
    }

    private async Task KeepAsync(KeeperHost keeper, CancellationToken stop)
    {
        var runner = new TimetableRunner(keeper.SchedulerParts, keeper.Time, _log);
        await Task.WhenAll(runner.KeepAsync(stop), LearnAsync(keeper, stop));
        await EndAsync(runner, keeper);
    }

    // Beside the timetable, so that no due time waits for it.
    private async Task LearnAsync(KeeperHost keeper, CancellationToken stop)
    {
        await Task.Yield();
        var (learning, trials) = (new LearningService(keeper, _log), new TrialService(keeper));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await learning.LookAsync(stop);
                await trials.LookAsync(stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _log.LogError(e, "{Project} could not be learned from; trying again", keeper.Project);
            }
            catch (OperationCanceledException)
            {
                // The daemon ends.
            }

            await WaitAsync(LearningService.Every, keeper.Time, stop);
        }
    }

    // Alerts look for themselves: a job can never fail because a webhook did.
    private async Task AlertAsync(KeeperHost keeper, CancellationToken stop)
    {
        await Task.Yield();
        using var alerts = new AlertHost(keeper, _log, new AutoActionRunner(keeper));
        try
        {
            await alerts.RunAsync(keeper.Settings.Alerts.LookEvery, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon ends.
        }
    }

    // Recovery looks more often than any timetable, and must not wait for a job.
    private async Task RecoverAsync(KeeperHost keeper, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await new RecoveryHost(keeper, _log).RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The daemon ends.
        }
    }

    // Running jobs were told to stop at their next batch; they get their time, then the process ends and their leases with it.
    private async Task EndAsync(TimetableRunner runner, KeeperHost keeper)
    {
        try
        {
            await runner.SettleAsync().WaitAsync(keeper.Settings.Scheduling.StopWithin, keeper.Time);
        }
        catch (TimeoutException)
        {
            _log.LogWarning("A job of {Project} did not end within {StopWithin}; its run will be begun anew", keeper.Project, keeper.Settings.Scheduling.StopWithin);
        }
    }

    private async Task ShowPresenceAsync(CancellationToken stop)
    {
        await Task.Yield();
        var nodes = new KeeperNodeStore(projects.State);
        var started = projects.Time.GetUtcNow();
        while (!stop.IsCancellationRequested)
        {
            await ShowAsync(nodes, started, null);
            await WaitAsync(PresenceEvery, projects.Time, stop);
        }

        await ShowAsync(nodes, started, projects.Time.GetUtcNow());
    }

    private async Task ShowAsync(KeeperNodeStore nodes, DateTimeOffset started, DateTimeOffset? stopped)
    {
        using var limit = new CancellationTokenSource(PresenceEvery, projects.Time);
        try
        {
            var now = projects.Time.GetUtcNow();
            var urls = string.Join(';', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
            await nodes.WriteAsync(new KeeperNode(KeeperHost.Node, started, now, stopped, urls, typeof(KeeperService).Assembly.GetName().Version?.ToString(3) ?? ""), limit.Token);
            await nodes.ForgetAsync(now - ForgetAfter, limit.Token);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or OperationCanceledException)
        {
            _log.LogWarning("The keeper's own state does not answer: {Reason}", e.Message);
        }
    }

    // Its absence is the message: somebody else's clock notices that this keeper is silent.
    private async Task BeatAsync(SchedulingPolicy policy, CancellationToken stop)
    {
        if (policy.HeartbeatUrl is not { } url)
        {
            return;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url), stop);
                answer.EnsureSuccessStatusCode();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                _log.LogWarning("The heartbeat was not heard: {Reason}", e.Message);
            }

            await WaitAsync(policy.HeartbeatEvery, projects.Time, stop);
        }
    }

    private static async Task WaitAsync(TimeSpan wait, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
