using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CacheKeeper.Sandbox.Traffic;

/// <summary>Many connections that ask one after the other, with as little work of their own as possible: what is measured is the server.</summary>
internal static class HttpLoad
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    /// <summary>Asks until the time is over.</summary>
    /// <param name="requests">Whole requests, asked in turn; each connection begins with another.</param>
    public static async Task<LoadResult> RunAsync(IPEndPoint server, IReadOnlyList<string> requests, int connections, TimeSpan time, CancellationToken cancellationToken)
    {
        var asked = requests.Select(Encoding.ASCII.GetBytes).ToList();
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var begun = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(() => AskAsync(server, asked, number, until, cancellationToken), cancellationToken)));
        var times = results.SelectMany(result => result.Times).Order().ToList();
        return new LoadResult(times.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, times, [.. results.SelectMany(result => result.Mistakes)]);
    }

    /// <summary>A whole GET with a token.</summary>
    public static string Get(string path, string? token) => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n";

    private static async Task<(List<double> Times, List<string> Mistakes)> AskAsync(IPEndPoint server, List<byte[]> requests, int number, long until, CancellationToken cancellationToken)
    {
        var (times, mistakes, buffer) = (new List<double>(), new List<string>(), new byte[128 * 1024]);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        for (var turn = number; Stopwatch.GetTimestamp() < until && mistakes.Count < 20; turn++)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[turn % requests.Count], cancellationToken);
            var status = await ReadAsync(socket, buffer, cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            if (status != "200")
            {
                mistakes.Add($"{status} for {Encoding.ASCII.GetString(requests[turn % requests.Count]).Split('\r')[0]}");
            }
        }

        return (times, mistakes);
    }

    // Reads one answer whole: by its length where it tells one, else chunk by chunk to the empty one.
    private static async Task<string> ReadAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf(HeadEnd)) < 0)
        {
            filled += await FillAsync(socket, buffer, filled, cancellationToken);
        }

        var text = Encoding.ASCII.GetString(buffer, 0, head);
        var body = head + HeadEnd.Length;
        var length = Header(text, "content-length");
        while (length is { } known ? filled < body + known : !buffer.AsSpan(body, filled - body).EndsWith("0\r\n\r\n"u8))
        {
            filled += await FillAsync(socket, buffer, filled, cancellationToken);
        }

        return text.Split(' ')[1];
    }

    private static int? Header(string head, string name) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } found ? int.Parse(found[(name.Length + 1)..]) : null;

    private static async Task<int> FillAsync(Socket socket, byte[] buffer, int filled, CancellationToken cancellationToken)
    {
        var read = filled < buffer.Length ? await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken) : throw new InvalidDataException("an answer longer than the buffer");
        return read > 0 ? read : throw new IOException("the server closed the connection");
    }
}

/// <summary>What a load came to.</summary>
/// <param name="Milliseconds">Of each request, in rising order.</param>
/// <param name="Mistakes">Answers other than 200.</param>
internal sealed record LoadResult(double PerSecond, IReadOnlyList<double> Milliseconds, IReadOnlyList<string> Mistakes)
{
    public double Percentile(double share) => Milliseconds.Count == 0 ? double.NaN : Milliseconds[Math.Min(Milliseconds.Count - 1, (int)(share * Milliseconds.Count))];
}
