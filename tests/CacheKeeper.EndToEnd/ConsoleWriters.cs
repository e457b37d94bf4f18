using System.Runtime.CompilerServices;

namespace CacheKeeper.EndToEnd;

/// <summary>Writers of our own for what this process prints, put in place before anything runs.</summary>
/// <remarks>
/// Playwright sets the console's encoding when it starts. The runtime does that under the console's lock and then waits for its own writer's, while
/// whoever prints at that moment holds the writer's and waits for the console's: both for ever. A writer that was put in place is left alone.
/// </remarks>
internal static class ConsoleWriters
{
    [ModuleInitializer]
    internal static void Replace()
    {
        Console.SetOut(Writer(Console.OpenStandardOutput()));
        Console.SetError(Writer(Console.OpenStandardError()));
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream) { AutoFlush = true });
}
