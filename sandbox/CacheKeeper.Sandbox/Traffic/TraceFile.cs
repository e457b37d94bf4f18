using System.Globalization;
using CacheKeeper.Sandbox.Load;

namespace CacheKeeper.Sandbox.Traffic;

/// <summary>Requests from an access trace: CSV with the header <c>key</c>, <c>t,key</c> or <c>t,key,size</c>, gzip or not.</summary>
internal static class TraceFile
{
    /// <summary>All requests; without times they come ten a second. Times are taken as seconds: for a trace in
    /// milliseconds replay it a thousand times as fast.</summary>
    public static async Task<List<TracedRequest>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = QueryFile.Open(path);
        var header = (await reader.ReadLineAsync(cancellationToken) ?? "").Split(',');
        var (time, key) = (Array.IndexOf(header, "t"), Array.IndexOf(header, "key"));
        if (key < 0)
        {
            throw new SandboxException($"{Path.GetFileName(path)} is no access trace: its first line must be 'key', 't,key' or 't,key,size'.");
        }

        var requests = new List<TracedRequest>();
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var cells = line.Split(',');
            var at = time >= 0 ? double.Parse(cells[time], CultureInfo.InvariantCulture) : requests.Count / 10.0;
            requests.Add(new TracedRequest(at, long.Parse(cells[key], CultureInfo.InvariantCulture)));
        }

        return requests;
    }
}

/// <summary>One request of a trace.</summary>
/// <param name="At">Seconds from the trace's zero.</param>
/// <param name="Key">Which of the questions.</param>
internal sealed record TracedRequest(double At, long Key);
