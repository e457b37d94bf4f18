using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace CacheKeeper.Metrics;

/// <summary>Months of raw samples beside the state: one zip a project and month, in it one file a series with lines of time and value.</summary>
internal sealed class SampleArchiveStore(string directory)
{
    private const string Ending = ".csv";
    private const string Head = "timestamp,value";

    private string Folder => Path.Combine(directory, "archive", "metrics");

    /// <summary>Writes one month; one that is there already is left as it is. The file is whole or not there.</summary>
    /// <param name="series">Each series with its samples, in order of time.</param>
    /// <returns>How many samples were written; null when the month was archived before.</returns>
    public async Task<long?> WriteAsync(string project, DateTimeOffset month, IEnumerable<(string Name, IAsyncEnumerable<TimedValue> Values)> series, CancellationToken cancellationToken)
    {
        var path = PathOf(project, month);
        if (File.Exists(path))
        {
            return null;
        }

        Directory.CreateDirectory(Folder);
        var draft = path + ".draft";
        long written = 0;
        await using (var file = new FileStream(draft, FileMode.Create, FileAccess.ReadWrite))
        {
            await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var (name, values) in series)
                {
                    written += await WriteAsync(zip.CreateEntry(Uri.EscapeDataString(name) + Ending, CompressionLevel.SmallestSize), values, cancellationToken);
                }
            }

            file.Flush(flushToDisk: true);
        }

        if (await CountAsync(draft, cancellationToken) != written)
        {
            File.Delete(draft);
            throw new KeeperException($"The archive of {month:yyyy-MM} could not be read back.", "Nothing was removed; look at the disk and run the job again.", ExitCode.Failed);
        }

        File.Move(draft, path);
        return written;
    }

    /// <summary>Whether a month is archived, so that its raw samples may go.</summary>
    public bool Has(string project, DateTimeOffset month) => File.Exists(PathOf(project, month));

    /// <summary>The series of the months that touch [from, to).</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string project, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Months(project, from, to))
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancellationToken);
            names.UnionWith(zip.Entries.Select(entry => Uri.UnescapeDataString(entry.Name[..^Ending.Length])));
        }

        return [.. names];
    }

    public async IAsyncEnumerable<TimedValue> StreamAsync(string project, string series, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in Months(project, from, to))
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancellationToken);
            if (zip.GetEntry(Uri.EscapeDataString(series) + Ending) is { } entry)
            {
                await foreach (var value in ReadAsync(entry, cancellationToken))
                {
                    if (value.At >= from && value.At < to)
                    {
                        yield return value;
                    }
                }
            }
        }
    }

    private static async Task<long> WriteAsync(ZipArchiveEntry entry, IAsyncEnumerable<TimedValue> values, CancellationToken cancellationToken)
    {
        long count = 0;
        await using var writer = new StreamWriter(await entry.OpenAsync(cancellationToken), new UTF8Encoding(false)) { NewLine = "\n" };
        await writer.WriteLineAsync(Head);
        await foreach (var value in values.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Storage.UtcTime.Text(value.At)},{value.Value:R}"));
            count++;
        }

        return count;
    }

    private static async Task<long> CountAsync(string path, CancellationToken cancellationToken)
    {
        long count = 0;
        await using var zip = await ZipFile.OpenReadAsync(path, cancellationToken);
        foreach (var entry in zip.Entries)
        {
            await foreach (var _ in ReadAsync(entry, cancellationToken))
            {
                count++;
            }
        }

        return count;
    }

    private static async IAsyncEnumerable<TimedValue> ReadAsync(ZipArchiveEntry entry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await entry.OpenAsync(cancellationToken), Encoding.UTF8);
        _ = await reader.ReadLineAsync(cancellationToken);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            yield return new TimedValue(DateTimeOffset.Parse(line.AsSpan(0, comma), CultureInfo.InvariantCulture), double.Parse(line.AsSpan(comma + 1), CultureInfo.InvariantCulture));
        }
    }

    private IEnumerable<string> Months(string project, DateTimeOffset from, DateTimeOffset to) =>
        Directory.Exists(Folder)
            ? Directory.EnumerateFiles(Folder, Safe(project) + ".????-??.zip").Where(path => MonthOf(path) is { } month && month < to && month.AddMonths(1) > from).Order(StringComparer.Ordinal)
            : [];

    private static DateTimeOffset? MonthOf(string path) =>
        DateTimeOffset.TryParseExact(Path.GetFileName(path).Split('.')[^2], "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var month) ? month : null;

    private string PathOf(string project, DateTimeOffset month) => Path.Combine(Folder, $"{Safe(project)}.{month.UtcDateTime:yyyy-MM}.zip");

    // Names of projects are the operator's: none may lead out of the folder, and no two share a file.
    private static string Safe(string project) => Uri.EscapeDataString(project).Replace(".", "%2E", StringComparison.Ordinal).Replace("*", "%2A", StringComparison.Ordinal);
}
