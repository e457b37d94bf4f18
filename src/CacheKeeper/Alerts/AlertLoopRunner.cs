namespace CacheKeeper.Alerts;

/// <summary>Looks at an interval and delivers beside it, until stopped. A look or delivery that fails is told in the log and the next one comes.</summary>
internal sealed class AlertLoopRunner(AlertService service, string project, TimeSpan interval, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private DateTimeOffset _tidied = DateTimeOffset.MinValue;

    /// <summary>Sends signs of life after looks that succeeded; null for none.</summary>
    public HeartbeatRunner? Heartbeat { get; init; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var news = new SemaphoreSlim(0, 1);
        await Task.WhenAll(
            RepeatAsync("look", () => LookAsync(news, cancellationToken), () => Task.Delay(interval, time, cancellationToken), cancellationToken),
            RepeatAsync("delivery", () => service.DeliverAsync(project, cancellationToken), () => news.WaitAsync(RetryInterval, cancellationToken), cancellationToken));
    }

    private async Task LookAsync(SemaphoreSlim news, CancellationToken cancellationToken)
    {
        Wake(news, await service.LookAsync(project, cancellationToken));
        if (time.GetUtcNow() - _tidied >= TidyInterval)
        {
            await service.TidyAsync(project, cancellationToken);
            _tidied = time.GetUtcNow();
        }

        if (Heartbeat is not null && await Heartbeat.BeatAsync(cancellationToken) is { Outcome: not DeliveryOutcome.Delivered } failed)
        {
            log.LogWarning("The sign of life of {Project} was not taken: {Error}", project, failed.Error);
        }
    }

    private static void Wake(SemaphoreSlim news, AlertPlan plan)
    {
        if (plan.Steps.Any(step => step.Messages.Count > 0) && news.CurrentCount == 0)
        {
            news.Release();
        }
    }

    private async Task RepeatAsync(string what, Func<Task> work, Func<Task> wait, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work();
                await wait();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "The alerts' {What} of {Project} failed; it is tried again", what, project);
                await Task.Delay(RetryInterval, time, CancellationToken.None);
            }
        }
    }
}
