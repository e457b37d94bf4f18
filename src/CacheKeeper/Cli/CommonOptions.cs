using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The options that mean the same on every command.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Project = new("--project") { Description = "Which project of the settings (default: the first)", Recursive = true };
    public static readonly Option<string?> Config = new("--config") { Description = "The settings file (default: ./cachekeeper.json, then the user's)", Recursive = true };
    public static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output", Recursive = true };
    public static readonly Option<bool> Quiet = new("--quiet") { Description = "Say only what went wrong", Recursive = true };
    public static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask", Recursive = true };

    public static readonly Option<string?> Server = new("--server") { Description = "Run the command on the keeper at this address", Recursive = true };
    public static readonly Option<string?> TokenFile = new("--token-file") { Description = "The file with the token for --server (else CACHEKEEPER_TOKEN)", Recursive = true };

    public static void AddTo(Command root)
    {
        root.Add(Project);
        root.Add(Config);
        root.Add(Json);
        root.Add(Quiet);
        root.Add(Yes);
        root.Add(Server);
        root.Add(TokenFile);
    }
}
