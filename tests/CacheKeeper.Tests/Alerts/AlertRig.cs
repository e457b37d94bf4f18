using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Alerts;

/// <summary>The whole engine on a state of its own, with values set by hand and time that moves by hand.</summary>
internal sealed class AlertRig : IAsyncDisposable, IAlertInputStore
{
    private readonly TemporaryFolder _folder = new();

    private AlertRig(AlertPolicy policy, IReadOnlyList<AlertRule> rules)
    {
        Policy = policy;
        Book = RuleBook.Load(rules, [], KnownMetrics.All, ChannelChecks.Routable(policy.Channels));
        Assert.Empty(Book.Errors);
    }

    public AlertPolicy Policy { get; }
    public RuleBook Book { get; }
    public FakeTimeProvider Time { get; } = new(AlertScene.Start);
    public AlertInputs Inputs { get; set; } = AlertInputs.Nothing;
    public StateStore State { get; private set; } = null!;
    public ChannelHost Channels { get; private set; } = null!;
    public AlertService Service { get; private set; } = null!;
    public string LogFile => Path.Combine(_folder, "alerts.jsonl");

    public static Task<AlertRig> StartAsync(AlertPolicy policy, params AlertRule[] rules) => StartAsync(policy, null, rules);

    /// <param name="policy">As set, but resolving at once.</param>
    /// <param name="connectionString">A PostgreSQL database for the state; null for a file.</param>
    /// <param name="rules">The only rules.</param>
    public static async Task<AlertRig> StartAsync(AlertPolicy policy, string? connectionString, params AlertRule[] rules)
    {
        var rig = new AlertRig(policy with { ResolveAfter = TimeSpan.Zero }, rules);
        rig.State = await StateStore.OpenAsync(new StateLocation(rig._folder, connectionString), CancellationToken.None);
        rig.Restart();
        return rig;
    }

    /// <summary>A new engine on the same state, as after a crash.</summary>
    public void Restart(IActionRunner? actions = null)
    {
        var client = new OutboundClient(new AllowedAddresses(Policy.AllowedAddresses), Time);
        Channels = ChannelHost.Create(Policy.Channels, client, LogFile, Time, NullLogger.Instance);
        Service = new AlertService(new AlertParts(State, this, Channels, NullLogger.Instance, actions), Book, Policy, Time);
    }

    public AlertRig With(string metric, double value)
    {
        Inputs = Inputs with { Values = new Dictionary<string, Reading>(Inputs.Values) { [metric] = new Reading(value, Time.GetUtcNow()) } };
        return this;
    }

    public Task<AlertPlan> LookAsync(double minutes = 0)
    {
        Time.Advance(TimeSpan.FromMinutes(minutes));
        Inputs = Inputs with { Values = Inputs.Values.ToDictionary(pair => pair.Key, pair => pair.Value with { At = Time.GetUtcNow() }) };
        return Service.LookAsync("p", CancellationToken.None);
    }

    public Task<AlertInputs> ReadAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(Inputs);

    public async ValueTask DisposeAsync()
    {
        Channels.Dispose();
        await State.DisposeAsync();
        _folder.Dispose();
    }
}
