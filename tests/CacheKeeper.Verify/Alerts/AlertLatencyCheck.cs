using System.Collections.Concurrent;
using System.Diagnostics;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Plants faults while the engine looks once a second, and measures until the webhook has come.</summary>
internal sealed class AlertLatencyCheck : ICheck
{
    private const string Project = "verify";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public string Name => "alert-latency";
    public string Goal => "a fault reaches the webhook within the check interval (1 s) + 1 s, at the 99th percentile";
    public (int Smoke, int Default, int Full) Tries => (3, 40, 300);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        var came = new ConcurrentQueue<long>();
        try
        {
            await using var receiver = await FlakyReceiver.StartAsync(_ =>
            {
                came.Enqueue(Stopwatch.GetTimestamp());
                return Task.FromResult(200);
            });
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            var policy = AlertEngineChild.Policy(receiver.Url) with { Delivery = new DeliveryPolicy() };
            using var client = new OutboundClient(new AllowedAddresses(policy.AllowedAddresses), TimeProvider.System);
            using var channels = ChannelHost.Create(policy.Channels, client, null, TimeProvider.System, NullLogger.Instance);
            var inputs = new ToggledInputs(run.Tries);
            var book = RuleBook.Load(ToggledInputs.Rules(run.Tries), [], ToggledInputs.Catalogue(run.Tries), ["hook"]);
            var service = new AlertService(new AlertParts(state, inputs, channels, NullLogger.Instance), book, policy, TimeProvider.System);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var looking = new AlertLoopRunner(service, Project, Interval, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);
            var delays = await MeasureAsync(run, inputs, came, cancellationToken);
            await stop.CancelAsync();
            await looking;
            var worst = delays[(int)Math.Ceiling(0.99 * delays.Count) - 1];
            run.Expect(run.Smoke || worst <= Interval + TimeSpan.FromSeconds(1), $"p99 {worst.TotalMilliseconds:F0} ms");
            run.Fact($"{delays.Count} faults: median {delays[delays.Count / 2].TotalMilliseconds:F0} ms, p99 {worst.TotalMilliseconds:F0} ms (at most 2,000 ms)");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<TimeSpan>> MeasureAsync(CheckRun run, ToggledInputs inputs, ConcurrentQueue<long> came, CancellationToken cancellationToken)
    {
        var chance = new Random(run.Seed);
        var delays = new List<TimeSpan>();
        for (var i = 0; i < run.Tries; i++)
        {
            await Task.Delay(chance.Next(100, 1_100), cancellationToken);
            var planted = Stopwatch.GetTimestamp();
            inputs.Set(i, true);
            var limit = Stopwatch.StartNew();
            long at;
            while (!came.TryDequeue(out at) && limit.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(5, cancellationToken);
            }

            delays.Add(at == 0 ? limit.Elapsed : Stopwatch.GetElapsedTime(planted, at));
        }

        return [.. delays.Order()];
    }
}
