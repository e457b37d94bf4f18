using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Commands;

/// <summary>Runs a command of the command line for a caller: the same object, the same guards and ledger, its output handed over.</summary>
internal sealed class CommandService(LiveService live) : IDisposable
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <returns>The command's exit code.</returns>
    /// <exception cref="KeeperException">Too many commands run already, or the arguments hold what callers may not say.</exception>
    public async Task<int> RunAsync(VisitHost visit, CommandCall call, CommandOutput output, CancellationToken cancellationToken)
    {
        var parsed = CommandTree.Parse(call.Verb, WithAuthor(call, visit.Caller.Name));
        if (!await _places.WaitAsync(Patience, cancellationToken))
        {
            throw new KeeperException($"{MostAtOnce} commands run already.", "Try again in a moment.", ExitCode.Busy);
        }

        try
        {
            var session = new RemoteSession(visit.Keeper, output.Out, output.Error, output.Progress, visit.Caller.Name) { Width = call.Width };
            return await Task.Run(() => RunHereAsync(parsed, session, AccessAuditService.ActorOf(visit.Context), cancellationToken), CancellationToken.None);
        }
        finally
        {
            _places.Release();
            live.Forget(visit.Keeper.Project);
        }
    }

    public void Dispose() => _places.Dispose();

    // Set inside the task of its own, so that they end with it.
    private static Task<int> RunHereAsync(System.CommandLine.ParseResult parsed, RemoteSession session, Actor actor, CancellationToken cancellationToken)
    {
        RemoteSessionHost.Current = session;
        ActorHost.Current = actor;
        return CommandLineHost.RunAsync(parsed, session, cancellationToken);
    }

    // On the command line an author is the user; here it is the caller, whatever was sent.
    private static IReadOnlyList<string> WithAuthor(CommandCall call, string caller) => call.HasAuthor && !call.Arguments.Any(argument => argument.StartsWith("--author", StringComparison.Ordinal))
        ? [.. call.Arguments, "--author", caller]
        : call.Arguments;
}

/// <summary>Which command with what.</summary>
internal sealed record CommandCall(string Verb, IReadOnlyList<string> Arguments, int Width, bool HasAuthor);

/// <summary>Where a command's words go.</summary>
internal sealed record CommandOutput(TextWriter Out, TextWriter Error, Action<double, string> Progress);
