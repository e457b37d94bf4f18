using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Backup;

/// <summary>Opens the project's backups.</summary>
internal delegate Task<RepositoryHost> OpenRepository(bool create, CancellationToken cancellationToken);

/// <summary>Whether there are any backups to open.</summary>
internal delegate Task<bool> HasBackups(CancellationToken cancellationToken);

/// <summary>Makes what makes restore points.</summary>
internal delegate BackupRunner MakeBackupRunner(RepositoryHost repository);
