namespace CacheKeeper.Cleanup.Value;

/// <summary>Groups entries by how often they were asked for: 1, 2, 3, 4, 5–6, 7–9, 10–15, 16–31, 32–63, 64 and more.</summary>
internal static class CountClasses
{
    public const int Count = 10;

    private static readonly int[] Firsts = [1, 2, 3, 4, 5, 7, 10, 16, 32, 64];

    /// <summary>The lowest count of a class.</summary>
    public static int First(int group) => Firsts[group];

    public static int Of(int count) => count switch
    {
        <= 4 => Math.Max(0, count - 1),
        <= 6 => 4,
        <= 9 => 5,
        <= 15 => 6,
        <= 31 => 7,
        <= 63 => 8,
        _ => 9,
    };
}
