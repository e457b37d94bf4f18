using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>A tier's use of memory, for people.</summary>
internal static class MemoryUseText
{
    public static string Of(MemoryUse use)
    {
        if (use.Error is { } error)
        {
            return $"{use.Tier.Title()}\n  ✘ {error}";
        }

        var measured = use.MeasuredBytes is { } bytes ? $"; the store says {Size(bytes)}" + (use.LimitBytes is { } limit ? $" of {Size(limit)}" : "") : "; the store does not tell what it takes";
        return string.Join('\n', [$"{use.Tier.Title()}   {use.Entries:N0} entries, together {Size(use.EstimatedBytes)}{measured}", .. Lines("biggest", use.Biggest), .. Lines("groups", use.Groups), .. Lines("parts", use.Parts)]);
    }

    private static IEnumerable<string> Lines(string title, IReadOnlyList<SizedPart> parts) => parts.Count == 0 ? [] :
        parts.Select(part => $"    {Size(part.Bytes),10}  {(part.Count == 1 ? "" : $"{part.Count:N0} × ")}{Shown(part.Name)}").Prepend("  " + title);

    // A key may hold anything: what would move the cursor is shown as a space.
    private static string Shown(string name) => new([.. (name.Length > 80 ? name[..79] + "…" : name).Select(letter => char.IsControl(letter) ? ' ' : letter)]);

    private static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{bytes / 1024.0:0.#} KB",
        < 1 << 30 => $"{bytes / 1048576.0:0.#} MB",
        _ => $"{bytes / 1073741824.0:0.##} GB",
    };
}
