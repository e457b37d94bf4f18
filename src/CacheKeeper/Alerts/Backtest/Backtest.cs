namespace CacheKeeper.Alerts;

/// <summary>What a rule would have done: its changes of phase, and what people would have heard of it.</summary>
internal sealed record BacktestReport
{
    public required string Rule { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required int Looks { get; init; }
    public IReadOnlyList<AlertTransition> Events { get; init; } = [];

    /// <summary>Messages about firings, reminders included, to one channel that nothing was held back from but what the rules hide.</summary>
    public int Pages { get; init; }

    /// <summary>Null for less than a day of history: a rate of it would say nothing.</summary>
    public double? PagesPerWeek { get; init; }
    public TimeSpan FiringFor { get; init; }

    /// <summary>How much earlier the first firing began than the one live; null when either did not fire.</summary>
    public TimeSpan? TimeGained { get; init; }

    /// <summary>Share of looks at which the rule could not be judged.</summary>
    public double Unknown { get; init; }
}

/// <summary>Replays rules over past looks through the same planner that runs live.</summary>
internal static class Backtest
{
    private const string Channel = "backtest";
    private static readonly TimeSpan ShortestForRate = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <param name="looks">Oldest first; those before <paramref name="since"/> only set the stage.</param>
    /// <param name="seen">Project, rule book (other rules may hide the one asked for), silences: as they are now.</param>
    public static BacktestReport Replay(string rule, IReadOnlyList<Look> looks, AlertSnapshot seen, AlertPolicy policy, DateTimeOffset since)
    {
        var stage = seen with { Routes = [new Route(Channel, Channel, false)], States = new Dictionary<string, AlertState>(), Told = [] };
        var tally = new Tally();
        DateTimeOffset? previous = null;
        foreach (var look in looks)
        {
            var plan = AlertPlanner.Plan(stage with { Inputs = look.Inputs }, policy, look.At);
            stage = stage.After(plan);
            if (look.At >= since)
            {
                tally.Add(plan.Steps.Where(step => step.Rule.Name == rule || step.Rule.Title == rule), look.At - (previous ?? look.At));
            }

            previous = look.At;
        }

        var inside = looks.Where(look => look.At >= since).ToList();
        var (from, until) = inside.Count == 0 ? (since, since) : (inside[0].At, inside[^1].At);
        return new BacktestReport
        {
            Rule = rule,
            From = from,
            Until = until,
            Looks = inside.Count,
            Events = tally.Events,
            Pages = tally.Pages,
            PagesPerWeek = until - from >= ShortestForRate ? tally.Pages / ((until - from) / Week) : null,
            FiringFor = tally.Firing,
            Unknown = tally.Judged == 0 ? 0 : (double)tally.Blind / tally.Judged,
        };
    }

    /// <summary>How much earlier the replay fired than what really happened.</summary>
    public static TimeSpan? Gain(BacktestReport replayed, IEnumerable<AlertTransition> live)
    {
        var first = replayed.Events.FirstOrDefault(change => change.To == AlertPhase.Firing)?.At;
        var real = live.Where(change => change.To == AlertPhase.Firing && change.At >= replayed.From).Select(change => (DateTimeOffset?)change.At).Min();
        return real - first;
    }

    private sealed class Tally
    {
        public List<AlertTransition> Events { get; } = [];
        public int Pages { get; private set; }
        public int Judged { get; private set; }
        public int Blind { get; private set; }
        public TimeSpan Firing { get; private set; }

        public void Add(IEnumerable<AlertStep> steps, TimeSpan elapsed)
        {
            foreach (var step in steps)
            {
                Judged++;
                Blind += step.State.UnknownSince is null && step.State.EverKnown ? 0 : 1;
                Firing += step.Before?.Phase == AlertPhase.Firing ? elapsed : TimeSpan.Zero;
                Pages += step.Messages.Count(message => message.Message.State == "firing");
                if (step.Transition is { } change)
                {
                    Events.Add(change);
                }
            }
        }
    }
}
