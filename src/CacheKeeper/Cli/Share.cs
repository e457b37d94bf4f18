using System.Globalization;

namespace CacheKeeper.Cli;

/// <summary>A share as people write it: <c>60%</c> or <c>0.6</c>.</summary>
internal static class Share
{
    /// <summary>Reads a share between 0 and 1; throws a usage failure that names the option otherwise.</summary>
    public static double Parse(string text, string option) =>
        TryParse(text, out var share) && share is >= 0 and <= 1
            ? share
            : throw KeeperException.Usage($"{option} takes a share such as 60% or 0.6, not '{text}'.");

    public static bool TryParse(string text, out double share)
    {
        var percent = text.EndsWith('%');
        var read = double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out share);
        share = percent ? share / 100 : share;
        return read && double.IsFinite(share);
    }
}
