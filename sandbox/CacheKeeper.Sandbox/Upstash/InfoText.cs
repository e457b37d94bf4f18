using System.Buffers;
using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>INFO as Upstash gives it: some of the sections, a bare heading for the others.</summary>
internal static class InfoText
{
    private static readonly string[] Sections = ["server", "clients", "memory", "stats", "cluster", "keyspace"];
    private static readonly string[] AllWords = ["default", "all", "everything"];

    /// <param name="reply">The server's answer to INFO without a section.</param>
    /// <param name="command">Names the sections that were asked for.</param>
    public static ReadOnlyMemory<byte> Select(ReadOnlyMemory<byte> reply, CommandView command)
    {
        var reader = new RespReader(reply.Span);
        if (!reader.Read() || reader.Kind != (byte)'$')
        {
            return reply;
        }

        var wanted = Wanted(command);
        var found = Split(Encoding.UTF8.GetString(reader.Text));
        var text = string.Join("\r\n", wanted.Select(name => $"# {Title(name)}\r\n" + (Sections.Contains(name) ? found.GetValueOrDefault(name, "") : "")));
        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        RespWriter.Bulk(output, Encoding.UTF8.GetBytes(text));
        return output.WrittenMemory;
    }

    private static string[] Wanted(CommandView command)
    {
        var names = new List<string>();
        for (var index = 1; index < command.Count; index++)
        {
            names.Add(Encoding.UTF8.GetString(command[index]).ToLowerInvariant());
        }

        return names.Count == 0 || names.Exists(AllWords.Contains) ? Sections : [.. names.Distinct()];
    }

    private static Dictionary<string, string> Split(string info) =>
        info.Split("# ", StringSplitOptions.RemoveEmptyEntries)
            .Select(section => (Section: section, Line: section.IndexOf("\r\n", StringComparison.Ordinal)))
            .Where(section => section.Line > 0)
            .ToDictionary(section => section.Section[..section.Line].ToLowerInvariant(), section => section.Section[(section.Line + 2)..].TrimEnd() + "\r\n");

    private static string Title(string name) => name.Length == 0 ? "" : char.ToUpperInvariant(name[0]) + name[1..];
}
