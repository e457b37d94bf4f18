using System.Globalization;
using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>What the server is asked to change in a reply before it goes out.</summary>
internal enum ReplyChange
{
    None,

    /// <summary>SCAN … WITHTYPE: the keys get their types.</summary>
    WithTypes,

    /// <summary>INFO: only the sections Upstash has.</summary>
    InfoSections,

    /// <summary>A script on a full database: the server judges the commands inside, and its "out of memory" becomes Upstash's words.</summary>
    FullScript,
}

/// <summary>The decision on one command: answered here (an error or a fixed reply), or passed on.</summary>
internal readonly record struct GateVerdict(byte[]? Answer, ReplyChange Change, CommandAccess Access);

/// <summary>What one request may do.</summary>
internal sealed record GateTerms(bool ReadOnly, bool Full, int MaxKeyBytes);

/// <summary>Decides what happens to a command before Redis sees it: the differences between Upstash and a stock server stand here.</summary>
internal static class CommandGate
{
    public const string FullText = "ERR DB capacity quota exceeded";

    private static readonly byte[] EmptyArray = "*0\r\n"u8.ToArray();
    private static readonly byte[] Ok = "+OK\r\n"u8.ToArray();

    public static GateVerdict Decide(CommandView command, GateTerms terms)
    {
        if (command.Count == 0 || command[0].IsEmpty)
        {
            return Refuse("ERR empty command");
        }

        if (CommandTable.Find(command[0]) is not { } rule)
        {
            return Refuse(Unavailable(command.Name.ToUpperInvariant()));
        }

        if (terms.ReadOnly && rule.Access is not (CommandAccess.Read or CommandAccess.None))
        {
            return Refuse($"NOPERM this user has no permissions to run the '{rule.Name.ToLowerInvariant()}' command or its subcommand");
        }

        if (terms.Full && rule.Access == CommandAccess.Write)
        {
            return IsScript(rule) ? new GateVerdict(null, ReplyChange.FullScript, rule.Access) : Refuse(FullText);
        }

        return LongestKey(command, rule) is var longest && longest > terms.MaxKeyBytes
            ? Refuse(string.Create(CultureInfo.InvariantCulture, $"ERR max key size exceeded. Limit: {terms.MaxKeyBytes} bytes, Actual: {longest} bytes"))
            : Particular(command, rule);
    }

    private static GateVerdict Particular(CommandView command, CommandRule rule) => rule.Name switch
    {
        "COMMAND" => Answer(EmptyArray),
        "SELECT" => command.Count == 2 && command[1].SequenceEqual("0"u8) ? Answer(Ok) : Refuse("ERR Only database 0 is supported"),
        "CONFIG" => Config(command),
        "MEMORY" when !command.Is(1, "USAGE"u8) => Refuse(Unavailable("MEMORY " + Word(command, 1))),
        "ACL" when !(command.Is(1, "WHOAMI"u8) || command.Is(1, "LIST"u8) || command.Is(1, "USERS"u8) || command.Is(1, "CAT"u8)) =>
            Refuse(Unavailable("ACL " + Word(command, 1))),
        "SCRIPT" when command.Is(1, "DEBUG"u8) => Refuse(Unavailable("SCRIPT DEBUG")),
        "XREAD" or "XREADGROUP" when command.Find("BLOCK"u8, 1) > 0 => Refuse("ERR blocking commands are not supported over REST"),
        "INFO" => new GateVerdict(null, ReplyChange.InfoSections, rule.Access),
        "SCAN" when command.Find("WITHTYPE"u8, 2) > 0 => new GateVerdict(null, ReplyChange.WithTypes, rule.Access),
        _ => new GateVerdict(null, ReplyChange.None, rule.Access),
    };

    // Only notify-keyspace-events exists: any other name reads as empty and cannot be set.
    private static GateVerdict Config(CommandView command)
    {
        if (command.Count == 3 && command.Is(1, "GET"u8))
        {
            return command.Is(2, "notify-keyspace-events"u8) ? Pass() : Answer(EmptyArray);
        }

        if (command.Count == 4 && command.Is(1, "SET"u8))
        {
            return command.Is(2, "notify-keyspace-events"u8)
                ? Pass()
                : Refuse($"ERR Unsupported CONFIG parameter: {Encoding.UTF8.GetString(command[2])}");
        }

        return command.Is(1, "GET"u8) || command.Is(1, "SET"u8)
            ? Refuse($"ERR wrong number of arguments for 'config|{Word(command, 1).ToLowerInvariant()}' command")
            : Refuse(Unavailable("CONFIG " + Word(command, 1)));

        static GateVerdict Pass() => new(null, ReplyChange.None, CommandAccess.Powerful);
    }

    private static bool IsScript(CommandRule rule) => rule.Name is "EVAL" or "EVALSHA" or "FCALL";

    private static int LongestKey(CommandView command, CommandRule rule)
    {
        if (rule.FirstKey == 0)
        {
            return 0;
        }

        var last = Math.Min(rule.LastKey < 0 ? command.Count + rule.LastKey : rule.LastKey, command.Count - 1);
        var longest = 0;
        for (var index = rule.FirstKey; index <= last; index += rule.Step)
        {
            longest = Math.Max(longest, command[index].Length);
        }

        return longest;
    }

    private static string Word(CommandView command, int index) =>
        index < command.Count ? Encoding.UTF8.GetString(command[index]).ToUpperInvariant() : "";

    private static string Unavailable(string command) =>
        $"ERR Command is not available: '{command.TrimEnd()}'. See https://upstash.com/docs/redis/overall/compatibility for details";

    private static GateVerdict Answer(byte[] reply) => new(reply, ReplyChange.None, CommandAccess.None);

    private static GateVerdict Refuse(string text) => new(RespWriter.Error(text), ReplyChange.None, CommandAccess.None);
}
