namespace CacheKeeper.Cli;

/// <summary>Parses the command line, runs the verb, returns its exit code.</summary>
internal static class CommandLineHost
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length == 0 ? 2 : 0);
}
