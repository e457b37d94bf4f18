using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>What planning notifications needs beside the alert itself.</summary>
internal sealed record NotificationContext(AlertPolicy Policy, DateTimeOffset Now)
{
    public IReadOnlyList<Route> Routes { get; init; } = [];
    public IReadOnlyList<AlertState> Firing { get; init; } = [];
    public IReadOnlyList<Intervention> Interventions { get; init; } = [];
    public IReadOnlyList<Silence> Silences { get; init; } = [];
    public IReadOnlyList<Acknowledgement> Acknowledgements { get; init; } = [];
    public IReadOnlyList<Told> Told { get; init; } = [];

    /// <summary>When each channel was last told anything.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> LastTold { get; init; } = new Dictionary<string, DateTimeOffset>();
}
