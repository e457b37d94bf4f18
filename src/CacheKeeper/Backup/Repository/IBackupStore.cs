namespace CacheKeeper.Backup.Repository;

/// <summary>A place where backups lie: a folder, or a bucket. Names are relative, with forward slashes.</summary>
internal interface IBackupStore : IAsyncDisposable
{
    /// <summary>How an operator would write it.</summary>
    string Location { get; }

    /// <summary>Files that are complete, of one folder.</summary>
    Task<IReadOnlyList<StoredFile>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <returns>Null when there is no such file.</returns>
    Task<long?> LengthAsync(string name, CancellationToken cancellationToken);

    /// <exception cref="KeeperException">The file is not there or shorter.</exception>
    Task<byte[]> ReadAsync(string name, long offset, int length, CancellationToken cancellationToken);

    /// <summary>Begins a file that nobody sees under its name until it is published.</summary>
    Task<IPendingStore> CreateAsync(string name, CancellationToken cancellationToken);

    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes what runs that died left unpublished. Only while no other run writes here.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}

/// <summary>A file being written. It is dropped unless it is published.</summary>
internal interface IPendingStore : IAsyncDisposable
{
    long Length { get; }

    /// <summary>What was written can be read at once; else only after <see cref="SealAsync"/>.</summary>
    bool IsReadableBeforeSealed { get; }

    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes what was written durable and readable for us; nothing is written after it.</summary>
    Task SealAsync(CancellationToken cancellationToken);

    Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken);

    /// <summary>Gives the file its name, for good.</summary>
    Task PublishAsync(CancellationToken cancellationToken);
}

/// <summary>A complete file.</summary>
internal sealed record StoredFile(string Name, long Bytes);
