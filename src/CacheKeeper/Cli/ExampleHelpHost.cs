using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CacheKeeper.Cli;

/// <summary>The library's help, with examples of the command below it.</summary>
internal sealed class ExampleHelpHost(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (CommandExamples.All.TryGetValue(Verb(parseResult.CommandResult), out var examples))
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  cachekeeper {example.Line}\n      {example.Meaning}");
            }

            output.WriteLine();
        }

        return code;
    }

    /// <summary>Puts it before the help of a command and all below it.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExampleHelpHost((SynchronousCommandLineAction)option.Action!);
        }
    }

    private static string Verb(System.CommandLine.Parsing.CommandResult command)
    {
        var words = new List<string>();
        for (var at = command; at is not null && at.Command is not RootCommand; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            words.Insert(0, at.Command.Name);
        }

        return string.Join(' ', words);
    }
}
