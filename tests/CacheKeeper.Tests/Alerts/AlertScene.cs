using CacheKeeper.Alerts;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Alerts;

/// <summary>A small stage for alerts: rules, values, and time that moves by hand.</summary>
internal sealed class AlertScene
{
    public static readonly MetricCatalogue Catalogue = KnownMetrics.All;
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, double> _values = [];

    public AlertScene(params AlertRule[] rules) =>
        Seen = new AlertSnapshot { Project = "p", Book = Book(rules), Routes = [new Route("hook", "webhook", false), new Route("log", "log", false)] };

    public AlertPolicy Policy { get; set; } = new() { ResolveAfter = TimeSpan.Zero };
    public AlertSnapshot Seen { get; set; }
    public DateTimeOffset Now { get; private set; } = Start;
    public AlertPlan Last { get; private set; } = new([]);
    public List<AlertMessage> Sent { get; } = [];
    public Dictionary<string, TierCondition> Tiers { get; } = [];

    public AlertStep Step => Last.Steps[0];
    public AlertState State => Step.State;

    public static RuleBook Book(params AlertRule[] rules)
    {
        var book = RuleBook.Load([], rules, Catalogue, ["hook", "slack", "email", "webhook", "log"]);
        Assert.Empty(book.Errors);
        return book;
    }

    public AlertScene With(string metric, double? value)
    {
        _values.Remove(metric);
        if (value is { } known)
        {
            _values[metric] = known;
        }

        return this;
    }

    /// <summary>Moves the time and looks.</summary>
    public AlertScene Look(TimeSpan? later = null)
    {
        Now += later ?? TimeSpan.Zero;
        var inputs = Seen.Inputs with { Values = _values.ToDictionary(pair => pair.Key, pair => new Reading(pair.Value, Now)), Tiers = Tiers };
        Last = AlertPlanner.Plan(Seen with { Inputs = inputs }, Policy, Now);
        Seen = Seen.After(Last);
        Sent.AddRange(Last.Steps.SelectMany(step => step.Messages).Where(message => message.Channel != "log").Select(message => message.Message));
        return this;
    }

    public AlertScene LookMinutes(double minutes) => Look(TimeSpan.FromMinutes(minutes));
}
