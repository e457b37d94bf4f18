using System.Runtime.InteropServices;

namespace CacheKeeper.Backup.Repository;

/// <summary>A folder of backups, readable by its owner only. Files are written beside, synced, renamed, and the folder is synced.</summary>
internal sealed class FolderStore(string root) : IBackupStore
{
    private const string PartSuffix = ".part";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Location => root;

    public Task<IReadOnlyList<StoredFile>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, folder);
        IReadOnlyList<StoredFile> files = !Directory.Exists(path) ? [] : [.. new DirectoryInfo(path).EnumerateFiles()
            .Where(file => !file.Name.EndsWith(PartSuffix, StringComparison.Ordinal))
            .Select(file => new StoredFile($"{folder}/{file.Name}", file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
        return Task.FromResult(files);
    }

    public Task<long?> LengthAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(new FileInfo(Path.Combine(root, name)) is { Exists: true } file ? file.Length : null);

    public async Task<byte[]> ReadAsync(string name, long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = File.OpenHandle(Path.Combine(root, name), options: FileOptions.Asynchronous);
            return await ReadAsync(handle, offset, length, name, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeeperException($"{name} cannot be read: {e.Message}", "'cachekeeper backup verify' tells which restore points are whole.", cause: e);
        }
    }

    public Task<IPendingStore> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, name);
        MakeFolder(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return Task.FromResult<IPendingStore>(new PendingFile(new FileStream($"{path}.{Guid.NewGuid():N}{PartSuffix}", options), path));
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, name);
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
        return Task.CompletedTask;
    }

    public Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var left = Directory.Exists(root) ? Directory.GetFiles(root, "*" + PartSuffix, SearchOption.AllDirectories) : [];
        foreach (var file in left)
        {
            File.Delete(file);
        }

        return Task.FromResult(left.Length);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<byte[]> ReadAsync(Microsoft.Win32.SafeHandles.SafeFileHandle handle, long offset, int length, string name, CancellationToken cancellationToken)
    {
        if (length < 0 || offset < 0 || offset + length > RandomAccess.GetLength(handle))
        {
            throw new KeeperException($"{name} is shorter than it was.", "It was cut off or replaced; 'cachekeeper backup verify' tells what is whole.");
        }

        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            var read = await RandomAccess.ReadAsync(handle, bytes.AsMemory(done), offset + done, cancellationToken);
            done += read > 0 ? read : throw new IOException($"{name} ended early");
        }

        return bytes;
    }

    private static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        // One by one: the mode is only given to the last folder of a path.
        MakeFolder(Path.GetDirectoryName(path)!);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Private);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    // A rename is only durable when the folder that holds the name is.
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(path, 0);
        if (folder >= 0)
        {
            var synced = Sync(folder);
            _ = Close(folder);
            _ = synced == 0 ? 0 : throw new IOException($"the folder {path} could not be synced");
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int file);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);

    private sealed class PendingFile(FileStream file, string path) : IPendingStore
    {
        private bool _published;

        public long Length { get; private set; }

        public bool IsReadableBeforeSealed => true;

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await RandomAccess.WriteAsync(file.SafeFileHandle, bytes, Length, cancellationToken);
            Length += bytes.Length;
        }

        public Task SealAsync(CancellationToken cancellationToken)
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return Task.CompletedTask;
        }

        public Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken) => FolderStore.ReadAsync(file.SafeFileHandle, offset, length, Path.GetFileName(path), cancellationToken);

        public Task PublishAsync(CancellationToken cancellationToken)
        {
            File.Move(file.Name, path, overwrite: false);
            _published = true;
            SyncFolder(Path.GetDirectoryName(path)!);
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await file.DisposeAsync();
            if (!_published)
            {
                File.Delete(file.Name);
            }
        }
    }
}
