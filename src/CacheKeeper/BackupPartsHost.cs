using CacheKeeper.Backup;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>Puts together what the backups of one project are made with: its tiers as copies, its location, its state.</summary>
internal static class BackupPartsHost
{
    public static BackupParts Of(KeeperHost keeper)
    {
        var (policy, state, time) = (keeper.Settings.Backup, keeper.State, keeper.Time);
        var tiers = Copies(keeper).ToList();
        return new BackupParts
        {
            Policy = policy,
            Location = RepositoryHost.LocationOf(policy, state),
            Tiers = tiers,
            OpenAsync = (create, cancellationToken) => RepositoryHost.OpenAsync(policy, state, keeper.Project, time, create, cancellationToken),
            ExistAsync = cancellationToken => RepositoryHost.ExistsAsync(policy, state, keeper.Project, time, cancellationToken),
            Runner = repository => new BackupRunner(repository, tiers, policy, MigrationRunner.Newest, time),
        };
    }

    /// <summary>The monthly archive of one project.</summary>
    public static ArchiveJob ArchiveOf(KeeperHost keeper) => new(Of(keeper), keeper.Tiers.OfType<PostgresTier>().FirstOrDefault(), MigrationRunner.Newest, keeper.Time);

    private static IEnumerable<ICopyTier> Copies(KeeperHost keeper)
    {
        var (policy, time) = (keeper.Settings.Backup, keeper.Time);
        foreach (var tier in keeper.Tiers.OrderByDescending(tier => tier.Name))
        {
            yield return tier switch
            {
                PostgresTier postgres => new PostgresCopyTier(postgres, keeper.Settings.Postgresql.ExpiryClock),
                RedisTier redis => new RedisCopyTier(redis, keeper.Project, policy.PolitePause, time),
                Mem0Tier mem0 => new Mem0CopyTier(mem0, policy.PolitePause, policy.DrillMostMemories, time),
                _ => throw new InvalidOperationException($"{tier.Name} cannot be copied."),
            };
        }

        yield return new DictionaryCopyTier(keeper.State, keeper.Tiers.OfType<PostgresTier>().FirstOrDefault(), new DictionaryStore(keeper.State, keeper.Tiers, keeper.Project).MendAsync);
        if (policy.IncludeState)
        {
            yield return new StateCopyTier(keeper.State);
        }
    }
}
