using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Cli;

/// <summary>Reads access traces and the shares that commands on them take.</summary>
internal static class TraceStore
{
    public static AccessTrace Read(string path)
    {
        using var reader = TextFileStore.OpenRead(path);
        try
        {
            var trace = new AccessTraceReader(reader.ReadLine());
            while (reader.ReadLine() is { } line)
            {
                trace.Add(line);
            }

            return trace.Requests > 0 ? trace.ToTrace() : throw KeeperException.Usage($"{path} holds no requests.", "A trace has one request a line after its header.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw KeeperException.Usage($"Cannot read {path}: {e.Message}");
        }
    }
}
