using System.CommandLine;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using Spectre.Console;

namespace CacheKeeper.Cli;

/// <summary><c>backup list</c>: what there is, how old, how big, verified and proven when.</summary>
internal static class BackupListCommand
{
    private const int Wide = 95;

    public static Command Create()
    {
        var command = new Command("list", "Which restore points there are, what they hold, and which are verified and proven");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        if (!await keeper.Backups.ExistAsync(cancellationToken))
        {
            return None(SessionHost.Json(parsed), keeper.Backups.Location);
        }

        await using var repository = await keeper.Backups.OpenAsync(create: false, cancellationToken);
        var points = await repository.Points.ListAsync(cancellationToken);
        points = [.. points.Where(point => point.Row?.RemovedAt is null || point.Point is not null)];
        var stored = repository.Chunks.Packs.Sum(pack => pack.Bytes);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { repository.Files.Location, StoredBytes = stored, Points = points.Select(Json), Damage = repository.Chunks.Damage });
            return points.All(point => point.Problem.Length == 0) ? ExitCode.Done : ExitCode.Degraded;
        }

        TerminalHost.Table(Table(points, keeper.Time.GetUtcNow()));
        foreach (var point in points.Where(point => point.Problem.Length > 0))
        {
            TerminalHost.Tell($"! {point.Id}: {point.Problem}");
        }

        foreach (var damage in repository.Chunks.Damage)
        {
            TerminalHost.Tell("! " + damage);
        }

        TerminalHost.Tell(Summary(points, stored, repository.Files.Location));
        return points.All(point => point.Problem.Length == 0) ? ExitCode.Done : ExitCode.Degraded;
    }

    private static int None(bool json, string location)
    {
        if (json)
        {
            TerminalHost.Json(new { Location = location, StoredBytes = 0L, Points = Array.Empty<object>(), Damage = Array.Empty<string>() });
        }
        else
        {
            TerminalHost.Tell($"There are no backups in {location} yet: 'cachekeeper backup create' makes one.");
        }

        return ExitCode.Done;
    }

    private static Table Table(IReadOnlyList<ListedPoint> points, DateTimeOffset now)
    {
        var table = new Table { Border = TableBorder.None };
        // A terminal of eighty columns has no room for the sizes.
        var isNarrow = TerminalHost.Width < Wide;
        foreach (var name in (string[])["restore point", "age", "rows", "keys", "memories", .. isNarrow ? (string[])[] : ["read", "added"], "verified", "proven", "state"])
        {
            table.AddColumn(new TableColumn(name) { NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        }

        foreach (var point in points)
        {
            string Count(string tier) => point.Point?.Part(tier) is { State: not PartState.Failed } part ? part.Entries.ToString("N0") : "–";
            var at = point.Point?.StartedAt ?? DateTimeOffset.FromUnixTimeMilliseconds(point.Row!.CreatedAt);
            string[] sizes = [BackupText.Size(point.Point?.PlainBytes ?? point.Row!.PlainBytes), point.Row is { } row ? BackupText.Size(row.StoredBytes) : "–"];
            table.AddRow([point.Id, Age(now - at), Count("postgresql"), Count("upstash"), Count("mem0"), .. isNarrow ? [] : sizes, When(point.VerifiedAt), When(point.ProvenAt), State(point)]);
        }

        return table;
    }

    private static string Summary(IReadOnlyList<ListedPoint> points, long stored, string location)
    {
        var sizes = points.Where(point => point.IsGood && point.Point!.PlainBytes > 0).Select(point => point.Point!.PlainBytes).Take(8).ToList();
        var trend = sizes.Count > 1 ? $" The last {sizes.Count} grew from {BackupText.Size(sizes[^1])} to {BackupText.Size(sizes[0])}." : "";
        var proven = points.Where(point => point.ProvenAt is not null).Max(point => point.ProvenAt);
        return $"{points.Count} restore point{(points.Count == 1 ? "" : "s")}, {BackupText.Size(stored)} in {location}.{trend} {(proven is null ? "None is proven by a restore yet: 'cachekeeper backup drill'." : $"Last proven by a restore at {proven:yyyy-MM-dd HH:mm}Z.")}";
    }

    private static string State(ListedPoint point) => point.Point switch
    {
        _ when point.Problem.Length > 0 => "damaged",
        { IsComplete: false } => "partial",
        { Kind: PointKind.SafetyCopy } => "safety copy",
        { Kind: PointKind.Selection } => "selection",
        { Kind: PointKind.Archive } => "archive",
        _ => "good",
    };

    private static object Json(ListedPoint point) => new
    {
        point.Id,
        point.Point?.Number,
        Kind = point.Point is { } manifest ? BackupRecordStore.Word(manifest.Kind) : null,
        StartedAt = point.Point?.StartedAt,
        EndedAt = point.Point?.EndedAt,
        State = State(point).Replace(' ', '_'),
        point.Problem,
        point.VerifiedAt,
        point.ProvenAt,
        Entries = point.Point?.Entries,
        Bytes = point.Point?.PlainBytes,
        StoredBytes = point.Row?.StoredBytes,
        Tiers = point.Point?.Parts.Select(part => new { part.Tier, State = part.State.ToString().ToLowerInvariant(), part.Reason, part.Entries, Bytes = part.PlainBytes, part.StoredBytes, part.AsOf, part.Digest, Layers = part.Layers.Count, part.Remarks }),
    };

    private static string When(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("MM-dd HH:mm") : "–";

    private static string Age(TimeSpan age) => age.TotalHours < 2 ? $"{Math.Max(0, (int)age.TotalMinutes)} min" : age.TotalHours < 48 ? $"{(int)age.TotalHours} h" : $"{(int)age.TotalDays} d";
}
