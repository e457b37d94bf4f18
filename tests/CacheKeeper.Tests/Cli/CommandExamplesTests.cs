using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Commands;

namespace CacheKeeper.Tests.Cli;

/// <summary>The help of every command shows how it is used, in lines that the parser takes.</summary>
public sealed class CommandExamplesTests
{
    [Fact]
    public void Every_command_has_examples_and_no_example_is_of_a_command_that_does_not_exist() =>
        Assert.Equal(CommandTree.Leaves().Select(leaf => leaf.Verb).Order(StringComparer.Ordinal), CommandExamples.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_example_is_a_line_that_its_command_takes()
    {
        var root = CommandLineHost.CreateRoot();
        foreach (var (verb, examples) in CommandExamples.All)
        {
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.StartsWith(verb, example.Line, StringComparison.Ordinal));
            Assert.All(examples, example => Assert.Empty(root.Parse(example.Line).Errors));
        }
    }

    [Fact]
    public void The_first_word_has_its_command_made_alone_and_any_other_word_all_of_them()
    {
        var all = CommandLineHost.CreateRoot().Subcommands.Select(command => command.Name).ToList();
        Assert.All(all, name => Assert.Equal(name, Assert.Single(CommandLineHost.CreateRoot(name).Subcommands).Name));
        Assert.Equal(all, CommandLineHost.CreateRoot("--json").Subcommands.Select(command => command.Name));
    }
}
