using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper;

/// <summary>The daemon of one state folder: a lock while it lives, a file that says which process it is, its log.</summary>
internal sealed class DaemonStore(string folder)
{
    private const long LongestLog = 10 * 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string LogFile => Path.Combine(folder, "cachekeeper.log");

    private string LockFile => Path.Combine(folder, "daemon.lock");

    private string InfoFile => Path.Combine(folder, "daemon.json");

    public static DaemonStore Of(KeeperSettings settings) => new(SettingsStore.Locate(settings.State).Directory);

    /// <summary>Becomes the daemon of this folder until disposed; null when one runs already.</summary>
    public FileStream? TryTake()
    {
        Directory.CreateDirectory(folder);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            return new FileStream(LockFile, options);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Write(DaemonInfo info) => File.WriteAllText(InfoFile, JsonSerializer.Serialize(info, StateJson.Options));

    /// <summary>The daemon that runs in this folder; null when none does.</summary>
    public DaemonInfo? FindRunning()
    {
        if (!File.Exists(LockFile))
        {
            return null;
        }

        using var taken = TryTake();
        try
        {
            return taken is null && File.Exists(InfoFile) ? JsonSerializer.Deserialize<DaemonInfo>(File.ReadAllText(InfoFile), StateJson.Options) : null;
        }
        catch (JsonException)
        {
            // It is being written at this moment.
            return null;
        }
    }

    /// <summary>Keeps one earlier log beside a log that has grown long.</summary>
    public void TurnLog()
    {
        if (File.Exists(LogFile) && new FileInfo(LogFile).Length > LongestLog)
        {
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        }
    }

    /// <summary>The last lines of the log.</summary>
    public IReadOnlyList<string> LastLog(int lines) => File.Exists(LogFile) ? [.. File.ReadLines(LogFile).TakeLast(lines)] : [];
}

/// <summary>Which process the daemon is and where it listens.</summary>
internal sealed record DaemonInfo(int ProcessId, DateTimeOffset StartedAt, string Urls);
