namespace CacheKeeper.Cli;

/// <summary>A command that a caller of the API runs in this process: whose project it is, where it speaks, who asks.</summary>
/// <param name="Keeper">The daemon's parts of the project; the command opens its own on the same state.</param>
/// <param name="Author">The caller's name, where a command wants an author.</param>
internal sealed record RemoteSession(KeeperHost Keeper, TextWriter Out, TextWriter Error, Action<double, string> Progress, string Author)
{
    /// <summary>The width that stands for no terminal: tables get room enough, sentences are not broken.</summary>
    public const int NoTerminal = 200;

    /// <summary>How wide the caller's terminal is.</summary>
    public int Width { get; init; } = NoTerminal;
}

/// <summary>The session of this flow of work; none on an ordinary command line.</summary>
internal static class RemoteSessionHost
{
    private static readonly AsyncLocal<RemoteSession?> Session = new();

    public static RemoteSession? Current
    {
        get => Session.Value;
        set => Session.Value = value;
    }
}
