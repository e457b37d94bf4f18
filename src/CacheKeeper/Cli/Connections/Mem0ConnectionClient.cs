using CacheKeeper.Tiers;

namespace CacheKeeper.Cli.Connections;

/// <summary>The way to Mem0: a ping with the key, then a page of one memory.</summary>
internal static class Mem0ConnectionClient
{
    public static async Task<ConnectionReport> TryAsync(Mem0Settings settings, string key, string project, StepService steps, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = new Uri(settings.Host);
        var target = new ConnectionTarget(TierName.Mem0.Word(), TierName.Mem0.Title(), address.Host, address.Port, "MEM0_HOST and MEM0_API_KEY (mem0.host, mem0.apiKey)");
        var limits = await steps.WalkAsync(async () =>
        {
            using var http = new WireClient(steps).Http(settings.Timeout);
            using var client = new Mem0Client(http, settings, key, time);
            await steps.TakeAsync(ConnectionStep.Auth, stop => client.PingAsync(project, stop), cancellationToken);
            var (total, _, _) = await steps.TakeAsync(ConnectionStep.Query, stop => client.ListAsync(project, 1, 1, stop), cancellationToken);
            return new Dictionary<string, string> { ["memories"] = total?.ToString("N0") ?? "not told" };
        }, cancellationToken);
        return new ConnectionReport(target, steps.Steps) { Server = limits is null ? null : "Mem0 " + settings.Flavour, Limits = limits ?? [] };
    }
}
