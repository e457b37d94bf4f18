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
}
