using System.IO.Compression;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Questions from a TSV file, gzip or not: the first column is the text, a column <c>category</c> (of ours) is taken when there is one.</summary>
internal static class QueryFile
{
    /// <summary>One question a line; lines without text are passed over, doubles are kept once.</summary>
    public static async Task<List<LoadedQuery>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = Open(path);
        var header = (await reader.ReadLineAsync(cancellationToken) ?? "").Split('\t');
        var category = Array.FindIndex(header, name => name.Equals("category", StringComparison.OrdinalIgnoreCase));
        var seen = new HashSet<string>();
        var queries = new List<LoadedQuery>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var cells = line.Split('\t');
            if (cells[0].Trim() is { Length: > 0 } text && seen.Add(text))
            {
                queries.Add(new LoadedQuery(text, category > 0 && category < cells.Length ? cells[category] : null));
            }
        }

        return queries;
    }

    /// <summary>Opens a text file that may be gzip, by its first two bytes.</summary>
    public static StreamReader Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        var packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return new StreamReader(packed ? new GZipStream(file, CompressionMode.Decompress) : file);
    }
}

/// <summary>A question, and its category where the file names one.</summary>
internal sealed record LoadedQuery(string Text, string? Category);
