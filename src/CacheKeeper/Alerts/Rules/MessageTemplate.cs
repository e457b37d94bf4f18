using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>A sentence with places for values: <c>{hit_ratio}</c> in the metric's own unit, <c>{hit_ratio:.1%}</c> and <c>{p95:.0f}</c> as numbers.</summary>
internal sealed partial record MessageTemplate(string Text)
{
    private const string Unknown = "unknown";

    /// <summary>The metrics it names.</summary>
    public IEnumerable<string> Names => Place().Matches(Text).Select(match => match.Groups["name"].Value);

    public string Render(IReadOnlyDictionary<string, double?> values, MetricCatalogue catalogue)
    {
        var rendered = new StringBuilder();
        var end = 0;
        foreach (Match match in Place().Matches(Text))
        {
            rendered.Append(Text, end, match.Index - end).Append(Value(match, values, catalogue));
            end = match.Index + match.Length;
        }

        return rendered.Append(Text, end, Text.Length - end).ToString();
    }

    private static string Value(Match match, IReadOnlyDictionary<string, double?> values, MetricCatalogue catalogue)
    {
        var name = match.Groups["name"].Value;
        if (values.GetValueOrDefault(name) is not { } value)
        {
            return Unknown;
        }

        if (!match.Groups["digits"].Success)
        {
            return OperandText.Shown(value, catalogue.Find(name)?.Unit ?? MetricUnit.Count);
        }

        var digits = int.Parse(match.Groups["digits"].Value, CultureInfo.InvariantCulture);
        return match.Groups["kind"].Value == "%" ? (value * 100).ToString("F" + digits, CultureInfo.InvariantCulture) + "%" : value.ToString("F" + digits, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::\.(?<digits>\d)(?<kind>[%f]))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
