using System.Text.RegularExpressions;

namespace CacheKeeper.Tests;

/// <summary>Holds the sources to the table of rooms: who may use whom, and who may touch the world.</summary>
public sealed partial class RoomsTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "CacheKeeper");

    private static readonly string[] EdgeSuffixes =
        ["Tier", "Client", "Store", "Channel", "Job", "Runner", "Service", "Endpoints", "Command", "Host"];

    // The same table stands in ARCHITECTURE.md (held equal by the last test). Every room may use Storage and Scheduling.
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Tiers"] = [],
        ["Storage"] = [],
        ["Scheduling"] = [],
        ["Metrics"] = ["Tiers"],
        ["Analytics"] = ["Tiers", "Metrics"],
        ["Directives"] = ["Tiers"],
        ["Health"] = ["Tiers", "Metrics"],
        ["Cleanup"] = ["Tiers", "Metrics", "Analytics", "Directives"],
        ["Optimization"] = ["Tiers", "Metrics", "Analytics", "Cleanup", "Directives"],
        ["Backup"] = ["Tiers", "Metrics"],
        ["Recovery"] = ["Tiers", "Metrics", "Health", "Cleanup", "Optimization", "Backup", "Directives"],
        ["Alerts"] = ["Tiers", "Metrics", "Analytics", "Health", "Backup", "Recovery"],
        ["Dashboard"] = ["*"],
        ["Cli"] = ["*"],
    };

    private static readonly string[] ForEveryone = ["Storage", "Scheduling"];

    [Fact]
    public void A_room_uses_only_the_rooms_its_row_allows()
    {
        var offences =
            from file in SourceFiles()
            let room = RoomOf(file)
            where room is not null && !MayUse[room].Contains("*")
            from match in RoomMention().Matches(File.ReadAllText(file))
            let used = match.Groups[1].Value
            where used != room && MayUse.ContainsKey(used) && !MayUse[room].Contains(used)
            where !(ForEveryone.Contains(used) && room is not "Storage")
            select $"{Path.GetRelativePath(Source, file)}: room {room} may not use {used}";
        Assert.Empty(offences.Distinct());
    }

    [Fact]
    public void A_file_without_an_edge_suffix_does_not_wait_or_touch_the_world()
    {
        var offences =
            from file in SourceFiles()
            where RoomOf(file) is not null && !IsEdge(file)
            let text = WithoutComments(File.ReadAllText(file))
            from match in Effects().Matches(text)
            select $"{Path.GetRelativePath(Source, file)}: '{match.Value}' in a file that only decides";
        Assert.Empty(offences.Distinct());
    }

    [Fact]
    public void Every_folder_is_a_room_of_the_table()
    {
        var folders = Directory.EnumerateDirectories(Source).Select(Path.GetFileName).Where(name => name is not ("obj" or "bin" or "Properties" or "wwwroot"));
        Assert.Empty(folders.Except(MayUse.Keys));
    }

    [Fact]
    public void The_architecture_page_shows_the_same_table()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        foreach (var (room, uses) in MayUse)
        {
            var cell = uses is ["*"] ? "every room" : uses.Length == 0 ? "–" : string.Join(", ", uses);
            Assert.Matches($@"\| `{room}` \|[^|]*\| {Regex.Escape(cell)} \|", page);
        }
    }

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories);

    private static string? RoomOf(string file)
    {
        var parts = Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 && MayUse.ContainsKey(parts[0]) ? parts[0] : null;
    }

    private static bool IsEdge(string file) => EdgeSuffixes.Any(Path.GetFileNameWithoutExtension(file).EndsWith);

    private static string WithoutComments(string text) => Comment().Replace(text, "");

    [GeneratedRegex(@"\bCacheKeeper\.([A-Z]\w+)")]
    private static partial Regex RoomMention();

    [GeneratedRegex(@"\b(async|await|Task|ValueTask|IAsyncEnumerable|CancellationToken|HttpClient|NpgsqlConnection|NpgsqlDataSource|TimeProvider|FileStream|Stopwatch)\b(?!\s*[:=]\s*\$?"")")]
    private static partial Regex Effects();

    [GeneratedRegex("//.*?$|/\\*.*?\\*/|\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Comment();
}
