using System.Globalization;
using System.Text.RegularExpressions;

namespace CacheKeeper.Cli;

/// <summary>A line of another program that tells how far it is ("Loading 1,200 of 4,975 questions"), as a share and as a bar.</summary>
internal sealed partial record ProgressLine(double Share, string Text)
{
    private const int Cells = 24;

    /// <summary>The line read as progress; null when it is an ordinary line.</summary>
    public static ProgressLine? Of(string line) =>
        Pattern().Match(line) is { Success: true } found && Number(found.Groups["all"]) is > 0 and var all ? new ProgressLine(Math.Min(1, Number(found.Groups["done"]) / all), line) : null;

    /// <summary>The line with its bar, for a terminal.</summary>
    public string Bar()
    {
        var filled = (int)Math.Round(Share * Cells);
        return $"{new string('━', filled)}{new string('╌', Cells - filled)} {Text}";
    }

    private static double Number(Group digits) => double.Parse(digits.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\w+ (?<done>[\d,]+) of (?<all>[\d,]+) \w+$")]
    private static partial Regex Pattern();
}
