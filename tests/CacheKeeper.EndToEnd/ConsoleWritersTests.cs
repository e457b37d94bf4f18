using System.Text;

namespace CacheKeeper.EndToEnd;

public sealed class ConsoleWritersTests
{
    [Fact]
    public void Whoever_sets_the_consoles_encoding_leaves_its_writers_in_place()
    {
        var writers = (Console.Out, Console.Error);
        Console.OutputEncoding = Encoding.UTF8;
        Assert.Equal(writers, (Console.Out, Console.Error));
    }
}
