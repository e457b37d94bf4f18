namespace CacheKeeper.Storage.Audit;

/// <summary>Who acts in this flow of work when it is not the user of this process: a caller of the API.</summary>
internal static class ActorHost
{
    private static readonly AsyncLocal<Actor?> Caller = new();

    /// <summary>Set while a caller's command runs here.</summary>
    public static Actor? Current
    {
        get => Caller.Value;
        set => Caller.Value = value;
    }

    /// <summary>The caller, or the user who typed the command.</summary>
    public static Actor OnCommandLine(string node) => Current ?? new Actor(Environment.UserName, $"command line, {node}");
}
