using System.CommandLine;
using CacheKeeper.Cli;

namespace CacheKeeper.Dashboard.Commands;

/// <summary>The command line's own commands as the API offers them: one tree, one parser, one description of every option.</summary>
internal static class CommandTree
{
    /// <summary>What concerns the caller's side only, or is given by the route.</summary>
    public static readonly IReadOnlyList<string> NotForCallers = [.. new Option[] { CommonOptions.Config, CommonOptions.Project, CommonOptions.Server, CommonOptions.TokenFile }.Select(option => option.Name)];

    private static readonly Lazy<RootCommand> Root = new(CommandLineHost.CreateRoot);

    // "@file" would read a file of this machine.
    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>Every verb there is, groups left out.</summary>
    public static IReadOnlyList<(string Verb, Command Command)> Leaves() => [.. LeavesOf(Root.Value, "")];

    /// <exception cref="KeeperException">The arguments hold what only the machine itself may say.</exception>
    public static ParseResult Parse(string verb, IReadOnlyList<string> arguments)
    {
        if (arguments.FirstOrDefault(argument => NotForCallers.Contains(argument.Split('=', ':')[0])) is { } foreign)
        {
            throw KeeperException.Usage($"{foreign.Split('=', ':')[0]} is not an option of this call.", "The project stands in ?project=; settings are the keeper's own.");
        }

        try
        {
            return Root.Value.Parse([.. verb.Split(' '), .. arguments], Plain);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser throws where an option that is checked further is given twice or without a value.
            throw KeeperException.Usage("The arguments cannot be read.", $"Give each option once, with its value ({e.Message.Split('\n')[0]}).");
        }
    }

    private static IEnumerable<(string Verb, Command Command)> LeavesOf(Command command, string words) => command.Subcommands.Count == 0
        ? [(words, command)]
        : command.Subcommands.SelectMany(child => LeavesOf(child, $"{words} {child.Name}".Trim()));
}
