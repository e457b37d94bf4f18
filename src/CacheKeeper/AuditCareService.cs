using CacheKeeper.Storage.Audit;

namespace CacheKeeper;

/// <summary>Once a day: cuts off what is older than the policy keeps, and tells the log when the audit log is not the one that was written.</summary>
internal sealed class AuditCareService(ProjectsHost projects, ILogger<AuditCareService> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (audit, policy) = (projects.Default.Audit, projects.Default.Settings.Audit);
        for (var wait = AfterStart; ; wait = Every)
        {
            try
            {
                await Task.Delay(wait, projects.Time, stoppingToken);
                var now = projects.Time.GetUtcNow();
                await audit.CutAsync(now - policy.KeepFor, new Actor("cachekeeper", $"timetable, {KeeperHost.Node}"), now, stoppingToken);
                if (await audit.VerifyAsync(stoppingToken) is { IsSound: false } verdict)
                {
                    log.LogError("The audit log is not the one that was written: {Fault} ({Count} faults; 'cachekeeper audit verify' lists them)", verdict.Faults[0], verdict.Faults.Count);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is System.Data.Common.DbException or IOException)
            {
                log.LogWarning("The audit log could not be looked after: {Reason}", e.Message);
            }
        }
    }
}
