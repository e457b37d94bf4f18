namespace CacheKeeper.Alerts;

/// <summary>Replays a rule over what was really seen, and compares with what really happened.</summary>
internal sealed class BacktestRunner(LookStore looks, AlertStore alerts)
{
    // Holds, flapping and repeats reach back; a day before the asked time sets the stage.
    private static readonly TimeSpan Stage = TimeSpan.FromDays(1);
    private const int MostTransitions = 100_000;

    /// <exception cref="KeeperException">There is no such rule, or no history.</exception>
    public async Task<BacktestReport> RunAsync(string project, string rule, BacktestQuestion question, CancellationToken cancellationToken)
    {
        var name = question.Book.Rules.Any(watched => watched.Title == rule) ? rule : RuleBook.Slug(rule);
        if (!question.Book.Rules.Any(watched => watched.Name == name || watched.Title == name))
        {
            throw KeeperException.Usage($"There is no rule '{rule}'.", "Known rules: " + string.Join(", ", question.Book.Rules.Select(watched => watched.Name).Distinct()));
        }

        var history = await looks.ReadAsync(project, question.Since - Stage, question.Until, question.Book.Questions, cancellationToken);
        if (!history.Any(look => look.At >= question.Since))
        {
            throw new KeeperException("There is no history for that time.", "The daemon remembers what its rules saw; try again once it has run for a while, or a shorter --since.");
        }

        var report = Backtest.Replay(name, history, new AlertSnapshot { Project = project, Book = question.Book }, question.Policy, question.Since);
        var live = await alerts.TransitionsAsync(project, question.Since, MostTransitions, cancellationToken);
        return report with { TimeGained = Backtest.Gain(report, live.Where(change => change.Title == name || change.Title.StartsWith(name + "/", StringComparison.Ordinal))) };
    }
}

/// <summary>Over which time and with which rules to replay.</summary>
internal sealed record BacktestQuestion(RuleBook Book, AlertPolicy Policy, DateTimeOffset Since, DateTimeOffset Until);
