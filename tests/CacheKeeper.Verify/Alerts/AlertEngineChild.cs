using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Verify.Alerts;

/// <summary>A process that runs the alert engine on a given state until it is killed, or until enough has happened and all is told.</summary>
internal static class AlertEngineChild
{
    public const string Verb = "alerts-engine";

    private const string Project = "verify";
    private const int Troubles = 40;
    private const double ToggledShare = 0.1;
    private const int MostOpen = 60;

    /// <summary>Arguments: state folder, receiver's address, transitions wanted, seed.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (folder, url, wanted, chance) = (args[1], args[2], int.Parse(args[3]), new Random(int.Parse(args[4])));
        var policy = Policy(url);
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), CancellationToken.None);
        using var client = new OutboundClient(new AllowedAddresses(policy.AllowedAddresses), TimeProvider.System);
        using var channels = ChannelHost.Create(policy.Channels, client, null, TimeProvider.System, NullLogger.Instance);
        var inputs = new ToggledInputs(Troubles);
        var service = new AlertService(
            new AlertParts(state, inputs, channels, NullLogger.Instance), RuleBook.Load(ToggledInputs.Rules(Troubles), [], ToggledInputs.Catalogue(Troubles), ["hook"]), policy, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        Console.WriteLine("ready");
        var delivering = DeliverAsync(service, stop.Token);
        while (!await IsEnoughAsync(state, wanted))
        {
            if (await OpenAsync(state) < MostOpen)
            {
                inputs.Toggle(chance, ToggledShare);
                await service.LookAsync(Project, CancellationToken.None);
            }

            await Task.Delay(5);
        }

        inputs.AllOff();
        await service.LookAsync(Project, CancellationToken.None);
        while (await OpenAsync(state) > 0)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await delivering;
        return 0;
    }

    public static AlertPolicy Policy(string url) => new()
    {
        Channels = [new WebhookSettings { Name = "hook", Url = url, Secret = new Secret { Text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" } }],
        AllowedAddresses = [new Uri(url).Authority],
        ResolveAfter = TimeSpan.Zero,
        Flapping = new FlapPolicy { Window = TimeSpan.Zero },
        Delivery = new DeliveryPolicy { Timeout = TimeSpan.FromMilliseconds(400), FirstRetry = TimeSpan.FromMilliseconds(10), LongestRetry = TimeSpan.FromMilliseconds(100), LongestRest = TimeSpan.FromMilliseconds(10), ClaimMargin = TimeSpan.FromMilliseconds(200) },
    };

    private static async Task DeliverAsync(AlertService service, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await service.DeliverAsync(Project, CancellationToken.None);
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task<bool> IsEnoughAsync(StateStore state, int wanted) => await state.FindAsync<long>("SELECT count(*) FROM alert_transitions", null, CancellationToken.None) >= wanted;

    private static Task<long> OpenAsync(StateStore state) => state.FindAsync<long>("SELECT count(*) FROM alert_outbox WHERE delivered_at IS NULL AND dead_at IS NULL", null, CancellationToken.None);
}
