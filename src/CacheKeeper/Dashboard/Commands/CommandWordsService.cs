using CacheKeeper.Dashboard.Api;

namespace CacheKeeper.Dashboard.Commands;

/// <summary>What a command says on a terminal, for a page.</summary>
internal static class CommandWordsService
{
    private const int Width = 110;

    public static async Task<(int Code, string Words)> RunAsync(VisitHost visit, CommandService commands, CommandRoute route, CommandBody body, CancellationToken cancellationToken)
    {
        using var said = new StringWriter();
        try
        {
            var call = new CommandCall(route.Verb, body.Arguments, Width, route.Command.Options.Any(option => option.Name == "--author"));
            var code = await commands.RunAsync(visit, call, new CommandOutput(said, said, (_, _) => { }), cancellationToken);
            return (code, said.ToString().TrimEnd());
        }
        catch (KeeperException e)
        {
            return (e.ExitCode, e.Hint.Length > 0 ? $"{e.Message}\n→ {e.Hint}" : e.Message);
        }
    }
}
