using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary><c>sandbox</c>: the three tiers on this machine with real parts; prints their addresses as one JSON line and stays until it is ended.</summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("options") { Description = "Options of the sandbox, such as --data DIR --load FILE --traffic TRACE", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("sandbox", "Start three real tiers on this machine; prints their addresses as one JSON line") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => RunAsync([.. parsed.GetValue(arguments) ?? [], .. parsed.UnmatchedTokens], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        await using var sandbox = await SandboxRunner.StartAsync(arguments.Contains("--data") ? arguments : ["--data", ".sandbox", .. arguments], TerminalHost.Remark, cancellationToken);
        TerminalHost.Say(sandbox.Endpoints.ToJsonString());
        try
        {
            await sandbox.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how it ends.
        }

        return ExitCode.Done;
    }
}
