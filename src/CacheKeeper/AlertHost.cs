using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;

namespace CacheKeeper;

/// <summary>The alerts of one project, put together from its settings and parts.</summary>
internal sealed class AlertHost : IDisposable
{
    private readonly OutboundClient _client;
    private readonly ChannelHost _channels;
    private readonly KeeperHost _keeper;
    private readonly ILogger _log;

    public AlertHost(KeeperHost keeper, ILogger log, IActionRunner? actions = null)
    {
        (_keeper, _log) = (keeper, log);
        var policy = keeper.Settings.Alerts;
        Book = AlertChecks.Book(policy);
        _client = new OutboundClient(new AllowedAddresses(policy.AllowedAddresses), keeper.Time);
        _channels = ChannelHost.Create(policy.Channels, _client, Path.Combine(keeper.State.Location.Directory, "alerts.jsonl"), keeper.Time, log);
        var inputs = new KeeperInputStore(new KeeperSources(keeper.Tiers, keeper.Settings.Health) { AnomalyOpenFor = keeper.Settings.Analytics.AnomalyOpenFor }, keeper.State, keeper.Time);
        Service = new AlertService(new AlertParts(keeper.State, inputs, _channels, log, actions), Book, policy, keeper.Time);
        Alerts = new AlertStore(keeper.State);
        Outbox = new OutboxStore(keeper.State);
        Silences = new SilenceStore(keeper.State);
    }

    public RuleBook Book { get; }
    public AlertService Service { get; }
    public AlertStore Alerts { get; }
    public OutboxStore Outbox { get; }
    public SilenceStore Silences { get; }

    /// <summary>Looks at an interval and delivers beside it, until cancelled: the daemon's part.</summary>
    public Task RunAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        new AlertLoopRunner(Service, _keeper.Project, interval, _keeper.Time, _log) { Heartbeat = Heartbeat() }.RunAsync(cancellationToken);

    public BacktestRunner Backtest() => new(new LookStore(_keeper.State), Alerts);

    public void Dispose()
    {
        _channels.Dispose();
        _client.Dispose();
    }

    private HeartbeatRunner? Heartbeat() => _keeper.Settings.Alerts.Heartbeat is { } settings ? new HeartbeatRunner(settings, _client, _keeper.Project, _keeper.Time) : null;
}
