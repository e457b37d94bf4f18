namespace CacheKeeper.Dashboard.Pages;

/// <summary>A small line without axes: how a figure went, beside the figure itself.</summary>
internal static class Sparkline
{
    private const int Width = 120;
    private const int Height = 24;

    public static Html Of(IReadOnlyList<double> values, string title)
    {
        if (values.Count < 2)
        {
            return Html.None;
        }

        var (low, high) = (values.Min(), values.Max());
        var span = Math.Max(high - low, 1e-9);
        var points = string.Join(' ', values.Select((value, at) => $"{(double)Width * at / (values.Count - 1):0.#},{Height - 2 - ((Height - 4) * (value - low) / span):0.#}"));
        return Html.Of($"""<svg class="spark" viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{title}: from {low:0.##} to {high:0.##}"><polyline points="{points}"></polyline></svg>""");
    }
}
