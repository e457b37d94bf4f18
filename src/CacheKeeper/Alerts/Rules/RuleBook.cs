using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>The rules that are watched, made of the built-in ones and those of the settings, or every mistake in them.</summary>
internal sealed record RuleBook(IReadOnlyList<WatchedRule> Rules, IReadOnlyList<string> Errors, MetricCatalogue Catalogue)
{
    private const string Each = "{each}";

    /// <summary>What the inputs must answer beside plain values: forecasts, windows, burn rates.</summary>
    public IReadOnlyList<Operand> Questions =>
        [.. Rules.SelectMany(rule => Operands(rule.Condition.Root).Concat(Operands(rule.Condition.Given))).Where(operand => operand is Operand.Forecast or Operand.Windowed or Operand.BurnRate).Distinct()];

    public static RuleBook Load(IEnumerable<AlertRule> builtIn, IEnumerable<AlertRule> own, MetricCatalogue catalogue, IReadOnlyList<string> channels)
    {
        var errors = new List<string>();
        var merged = Merge(builtIn, own, errors);
        var watched = merged.Where(rule => rule.Enabled ?? true).SelectMany(rule => Watch(rule, catalogue, errors)).ToList();
        foreach (var rule in merged.Where(rule => rule.Enabled ?? true))
        {
            errors.AddRange((rule.Channels ?? []).Where(name => !channels.Contains(name)).Select(name =>
                $"alerts.rules.{rule.Name}.channels: there is no channel '{name}'. Here are: {string.Join(", ", channels)}."));
            errors.AddRange((rule.InhibitedBy ?? []).Where(name => merged.All(other => other.Name != Slug(name))).Select(name =>
                $"alerts.rules.{rule.Name}.inhibitedBy: there is no rule '{name}'."));
        }

        return new RuleBook(watched, errors, catalogue);
    }

    /// <summary>"High Memory Usage" and "high-memory-usage" are one rule.</summary>
    public static string Slug(string name) =>
        string.Join('-', name.Split([' ', '_', '-', '\t'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    private static List<AlertRule> Merge(IEnumerable<AlertRule> builtIn, IEnumerable<AlertRule> own, List<string> errors)
    {
        var merged = builtIn.ToList();
        var named = new HashSet<string>();
        foreach (var rule in own)
        {
            var name = Slug(rule.Name);
            if (name.Length == 0)
            {
                errors.Add("alerts.rules: a rule has no name.");
                continue;
            }

            if (!named.Add(name))
            {
                errors.Add($"alerts.rules.{name}: named twice.");
                continue;
            }

            var index = merged.FindIndex(known => known.Name == name);
            if (index >= 0)
            {
                merged[index] = merged[index].With(rule);
            }
            else
            {
                merged.Add(rule with { Name = name });
            }
        }

        return merged;
    }

    private static IEnumerable<WatchedRule> Watch(AlertRule rule, MetricCatalogue catalogue, List<string> errors)
    {
        if (rule.Condition is null)
        {
            errors.Add($"alerts.rules.{rule.Name}.condition: a rule that is not built in needs one.");
            yield break;
        }

        IReadOnlyList<string?> subjects = rule.Each is { Count: > 0 } each ? [.. each] : [null];
        foreach (var subject in subjects)
        {
            var (condition, mistakes) = ConditionParser.Parse(Filled(rule.Condition, subject), catalogue);
            errors.AddRange(mistakes.Select(mistake => $"alerts.rules.{rule.Name}.condition: {mistake}"));
            if (condition is not null)
            {
                yield return Watch(rule, subject, condition);
            }
        }
    }

    private static WatchedRule Watch(AlertRule rule, string? subject, ParsedCondition condition) => new()
    {
        Name = rule.Name,
        Subject = subject,
        Condition = condition,
        Severity = rule.Severity ?? AlertSeverity.Warning,
        Message = new MessageTemplate(Filled(rule.MessageTemplate ?? $"{rule.Name}: {condition.Text}", subject)),
        Recommendations = [.. (rule.Recommendations ?? []).Select(text => Filled(text, subject))],
        Channels = rule.Channels ?? [],
        RunbookUrl = rule.RunbookUrl,
        AutoAction = rule.AutoAction,
        ResolveAfter = rule.ResolveAfter,
        RepeatInterval = rule.RepeatInterval,
        InhibitedBy = [.. (rule.InhibitedBy ?? []).Select(name => Slug(Filled(name, subject)))],
        IgnoredDuring = rule.IgnoredDuring ?? [],
        TellNoData = rule.TellNoData ?? false,
    };

    private static string Filled(string text, string? subject) => subject is null ? text : text.Replace(Each, subject, StringComparison.Ordinal);

    private static IEnumerable<Operand> Operands(Condition? condition) => condition switch
    {
        Condition.And and => Operands(and.Left).Concat(Operands(and.Right)),
        Condition.Or or => Operands(or.Left).Concat(Operands(or.Right)),
        Condition.Not not => Operands(not.Inner),
        Condition.Held held => Operands(held.Inner),
        Condition.Compare compare => new[] { compare.Left, compare.Right, compare.Clear }.OfType<Operand>(),
        _ => [],
    };
}
