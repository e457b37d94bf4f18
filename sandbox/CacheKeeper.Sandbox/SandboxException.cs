namespace CacheKeeper.Sandbox;

/// <summary>Something the sandbox cannot do, told in one sentence for the person who started it.</summary>
internal sealed class SandboxException(string message, Exception? cause = null) : Exception(message, cause);
