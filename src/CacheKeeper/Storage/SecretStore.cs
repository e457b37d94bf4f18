namespace CacheKeeper.Storage;

/// <summary>Reads secrets from where the settings say they are.</summary>
internal static class SecretStore
{
    /// <summary>The secret's text; null when it is not set or empty.</summary>
    /// <exception cref="KeeperException">The file cannot be read.</exception>
    public static string? Resolve(Secret? secret)
    {
        var text = secret switch
        {
            null => null,
            { Env: { } name } => Environment.GetEnvironmentVariable(name),
            { File: { } path } => ReadFile(path),
            _ => secret.Text,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeeperException.Usage($"The secret file {path} cannot be read: {e.Message}", "Check the path and its permissions (0600 is right).");
        }
    }
}
