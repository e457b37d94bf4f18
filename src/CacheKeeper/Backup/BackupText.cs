using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup;

/// <summary>The sentences in which backups are told.</summary>
internal static class BackupText
{
    public static string Made(RestorePoint point, long stored) =>
        $"{point.Id}: {string.Join(", ", point.Parts.Where(part => part.State != PartState.Failed).Select(part => $"{part.Entries:N0} {Unit(part.Tier)}"))}; {Size(point.PlainBytes)} read, {Size(stored)} written, read back and equal.";

    public static string Unit(string tier) => tier switch { "postgresql" => "rows", "upstash" => "keys", "mem0" => "memories", DictionaryCopyTier.Word => "dictionaries", _ => "lines of the keeper's own state" };

    public static string Title(string tier) => tier switch { "postgresql" => "PostgreSQL", "upstash" => "Upstash", "mem0" => "Mem0", DictionaryCopyTier.Word => "Dictionaries", _ => "Keeper's state" };

    public static string Size(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.#} MB",
        _ => $"{bytes / 1e9:0.##} GB",
    };

    /// <summary>What a restore did or would do to one tier.</summary>
    public static string Tally(string tier, RestoreTally tally, bool would)
    {
        (long Count, string Word)[] counts =
        [
            (tally.Added, would ? "to add" : "added"), (tally.Replaced, would ? "to put back as they were" : "put back as they were"), (tally.Removed, would ? "to remove (came since)" : "removed (came since)"), (tally.Same, "the same already"),
            (tally.Left, "left as they are"), (tally.Changed, "written meanwhile, left as they are"), (tally.Newer, "newer, left"), (tally.Expired, "expired since, not revived"),
        ];
        var words = counts.Where(one => one.Count > 0).Select(one => $"{one.Count:N0} {one.Word}").ToList();
        return $"{Title(tier)}: {(words.Count == 0 ? "nothing" : string.Join(", ", words))}.";
    }
}
