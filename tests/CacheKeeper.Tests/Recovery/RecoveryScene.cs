using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Recovery;

/// <summary>Three tiers that a test breaks and mends, and an incident that goes from look to look through the planner. No clock, no state.</summary>
internal sealed class RecoveryScene(IssueKind kind, TierName? tier = null)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 14, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<TierName, TierSight> _tiers = Enum.GetValues<TierName>().ToDictionary(name => name, name => Sight(name, TierHealth.Healthy, FailureCause.None));
    private int _numbers;

    public RecoveryPolicy Policy { get; init; } = new();

    public RecoverySnapshot Extra { get; set; } = new("p", Start);

    public DateTimeOffset Now { get; private set; } = Start;

    public Incident? Open { get; private set; }

    public Incident? Last { get; private set; }

    public List<IncidentEvent> Timeline { get; } = [];

    public List<Repair> Repairs { get; } = [];

    public IReadOnlyList<IncidentEventKind> Kinds => [.. Timeline.Select(line => line.Kind)];

    public static TierSight Sight(TierName name, TierHealth health, FailureCause cause, TierHealth? settled = null) =>
        new(new HealthVerdict(name, health, $"{cause}") { Cause = cause }, settled ?? health);

    public RecoveryScene With(TierName name, TierSight sight)
    {
        _tiers[name] = sight;
        return this;
    }

    public RecoveryScene Down(params TierName[] names) => Set(names, TierHealth.Failed, FailureCause.NoAnswer);

    public RecoveryScene Up(params TierName[] names) => Set(names, TierHealth.Healthy, FailureCause.None);

    public RecoverySnapshot Seen => Extra with { At = Now, Tiers = new Dictionary<TierName, TierSight>(_tiers) };

    /// <summary>One look after so many seconds.</summary>
    public RecoveryScene Look(double secondsLater = 0)
    {
        Now += TimeSpan.FromSeconds(secondsLater);
        var issue = IssueCatalogue.Of(kind);
        var symptom = issue.Detect(Seen, Policy).Single(one => one.Key.Tier == tier);
        if (RecoveryPlanner.Plan(issue, symptom, Open, Last, $"i{++_numbers}", Seen, Policy) is { } step)
        {
            Timeline.AddRange(step.Events);
            Repairs.AddRange(step.Repairs);
            (Open, Last) = step.Incident.IsOpen ? (step.Incident, Last) : (null, step.Incident);
        }

        return this;
    }

    /// <summary>Looks every so many seconds for so long.</summary>
    public RecoveryScene LookFor(TimeSpan span, double every = 5)
    {
        for (var end = Now + span; Now < end;)
        {
            Look(every);
        }

        return this;
    }

    private RecoveryScene Set(TierName[] names, TierHealth health, FailureCause cause)
    {
        foreach (var name in names)
        {
            _tiers[name] = Sight(name, health, cause);
        }

        return this;
    }
}
