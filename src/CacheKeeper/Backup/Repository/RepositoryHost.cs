using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CacheKeeper.Backup.Format;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup.Repository;

/// <summary>A project's backups, opened: the location, its key, its chunks and its restore points.</summary>
internal sealed partial class RepositoryHost : IAsyncDisposable
{
    private readonly IBackupStore _files;
    private readonly RepositoryKey _key;
    private readonly BackupPolicy _policy;

    private RepositoryHost(IBackupStore files, RepositoryKey key, BackupPolicy policy, BackupRecordStore records, string project, string? advice)
    {
        (_files, _key, _policy, Records, Advice) = (files, key, policy, records, advice);
        Points = new RestorePointStore(files, key, records, project);
        Chunks = NewChunks();
    }

    public IBackupStore Files => _files;

    public RestorePointStore Points { get; }

    public BackupRecordStore Records { get; }

    /// <summary>The chunks there are; <see cref="ChunkStore.LoadAsync"/> was called.</summary>
    public ChunkStore Chunks { get; private set; }

    /// <summary>Set when a key was made: what its owner must do.</summary>
    public string? Advice { get; }

    /// <summary>Where backups of these settings go.</summary>
    public static string LocationOf(BackupPolicy policy, StateStore state) => policy.Location ?? Path.Combine(state.Location.Directory, "backups");

    /// <param name="create">A location without backups is made one; else it is an error.</param>
    /// <exception cref="KeeperException">The location or the region is not allowed, or the key is missing or wrong.</exception>
    public static async Task<RepositoryHost> OpenAsync(BackupPolicy policy, StateStore state, string project, TimeProvider time, bool create, CancellationToken cancellationToken)
    {
        var (files, keys, notes) = Parts(policy, state, project, time);
        try
        {
            await RefuseRegionAsync(policy, files, cancellationToken);
            var repository = new RepositoryHost(files, await keys.OpenAsync(create, cancellationToken), policy, new BackupRecordStore(state), project, keys.Advice);
            await repository.Chunks.LoadAsync(cancellationToken);
            return repository;
        }
        catch
        {
            await files.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether anything was ever backed up to the location; asks for no key.</summary>
    public static async Task<bool> ExistsAsync(BackupPolicy policy, StateStore state, string project, TimeProvider time, CancellationToken cancellationToken)
    {
        var (files, keys, _) = Parts(policy, state, project, time);
        await using (files)
        {
            return await keys.IsInUseAsync(cancellationToken);
        }
    }

    /// <summary>Seals the location's key under a new key of the operator's.</summary>
    public static async Task<(string KeyId, string Advice)> RotateKeyAsync(BackupPolicy policy, StateStore state, string project, TimeProvider time, CancellationToken cancellationToken)
    {
        var (files, keys, _) = Parts(policy, state, project, time);
        await using (files)
        {
            return await keys.RotateAsync(cancellationToken);
        }
    }

    /// <summary>Forgets what is there, so that the next backup writes everything anew.</summary>
    public void DistrustChunks() => Chunks = NewChunks();

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    private ChunkStore NewChunks() => new(_files, _key, _policy.CompressionLevel);

    private static (IBackupStore Files, KeyStore Keys, NoteStore Notes) Parts(BackupPolicy policy, StateStore state, string project, TimeProvider time)
    {
        var location = LocationOf(policy, state);
        if (BackupGuards.Location(policy, IsBucket(location) ? location : Path.GetFullPath(location)) is { } refusal)
        {
            throw new KeeperException(refusal, "", ExitCode.Refused);
        }

        var files = IsBucket(location)
            ? new S3Store(location, FolderOf(project), policy.Region, policy.S3)
            : (IBackupStore)new FolderStore(Path.Combine(Path.GetFullPath(location), FolderOf(project)));
        var notes = new NoteStore(state);
        return (files, new KeyStore(policy, Path.Combine(state.Location.Directory, "backup.key"), files, notes, project, time), notes);
    }

    private static bool IsBucket(string location) => location.StartsWith("s3://", StringComparison.Ordinal);

    // What the settings say of a bucket's region is held against what the bucket itself says.
    private static async Task RefuseRegionAsync(BackupPolicy policy, IBackupStore files, CancellationToken cancellationToken)
    {
        if (policy.AllowedRegions.Count > 0 && files is S3Store bucket && BackupGuards.Region(policy, bucket.Location, await bucket.RegionAsync(cancellationToken)) is { } refusal)
        {
            throw new KeeperException(refusal, "", ExitCode.Refused);
        }
    }

    // A project's name as a folder's; names that are no plain words are told apart by a digest.
    private static string FolderOf(string project) => PlainName().IsMatch(project)
        ? project
        : $"{OtherThanPlain().Replace(project, "_")}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..8]}";

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    private static partial Regex PlainName();

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex OtherThanPlain();
}
