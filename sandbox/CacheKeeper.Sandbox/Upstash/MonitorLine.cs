using System.Text;
using System.Text.RegularExpressions;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Lines of MONITOR: <c>1721284005.242090 [0 127.0.0.1:4711] "GET" "k"</c>.</summary>
internal static partial class MonitorLine
{
    /// <summary>The same line with the caller's address hidden, as Upstash shows it.</summary>
    public static ReadOnlySpan<byte> WithoutAddress(ReadOnlySpan<byte> line) =>
        Encoding.UTF8.GetBytes(Address().Replace(Encoding.UTF8.GetString(line), "[$1 0.0.0.0:0]", 1));

    [GeneratedRegex(@"\[(\d+) [^\]]+\]")]
    private static partial Regex Address();
}
