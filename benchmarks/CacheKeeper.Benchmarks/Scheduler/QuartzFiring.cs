using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Quartz;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>The rival: Quartz.NET holds one durable trigger a job in its ADO store, in a file of its own beside the ledger.</summary>
internal sealed class QuartzFiring : IFiring
{
    private readonly ServiceProvider _services;
    private readonly IScheduler _scheduler;

    private QuartzFiring(ServiceProvider services, IScheduler scheduler, Lateness lateness) => (_services, _scheduler, Lateness) = (services, scheduler, lateness);

    public Lateness Lateness { get; }

    /// <param name="ledger">Where each firing is claimed and recorded by our runner; null for Quartz alone.</param>
    public static async Task<IFiring> StartAsync(string connection, StateStore? ledger, int jobs, int threads, CancellationToken cancellationToken)
    {
        var lateness = new Lateness();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddSingleton(new Claims(lateness, ledger is null ? null : new JobRunner(new RunStore(ledger), new LeaseStore(ledger), new SchedulingPolicy(), "bench", TimeProvider.System, NullLogger<JobRunner>.Instance, new AuditStore(ledger)) { Freezes = new FreezeStore(new NoteStore(ledger), new SchedulingPolicy()) }));
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(threads);
            quartz.ConfigureScheduler(options => options.IdleWaitTime = TimeSpan.FromSeconds(1));
            quartz.UsePersistentStore(store =>
            {
                store.UseSqlite(connection);
                store.ProvisionSchema();
            });
        });
        var provider = services.BuildServiceProvider();
        var scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
        foreach (var number in Enumerable.Range(0, jobs))
        {
            var job = JobBuilder.Create<ClaimingJob>().WithIdentity($"job-{number:D4}").StoreDurably().RequestRecovery().Build();
            var trigger = TriggerBuilder.Create().WithIdentity($"job-{number:D4}").WithCronSchedule("* * * * * ?", cron => cron.InTimeZone(TimeZoneInfo.Utc)).Build();
            await scheduler.ScheduleJob(job, trigger, cancellationToken: cancellationToken);
        }

        await scheduler.Start(cancellationToken);
        return new QuartzFiring(provider, scheduler, lateness);
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.Shutdown(true);
        await _services.DisposeAsync();
    }

    internal sealed record Claims(Lateness Lateness, JobRunner? Runner);

    internal sealed class ClaimingJob(Claims claims) : Quartz.IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var (name, scheduled) = (context.JobDetail.Key.Name, context.ScheduledFireTimeUtc!.Value);
            if (claims.Runner is null)
            {
                claims.Lateness.Add(scheduled);
                return;
            }

            try
            {
                await claims.Runner.RunAsync(new EmptyJob(name, scheduled, claims.Lateness), new JobRequest("bench", RunTrigger.Schedule) { ScheduledAt = scheduled }, cancellationToken);
            }
            catch (KeeperException)
            {
                // Its run of before has not ended: a skipped time.
            }
        }
    }
}
