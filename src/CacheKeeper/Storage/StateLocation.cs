namespace CacheKeeper.Storage;

/// <summary>Where the keeper's own state lives: a folder (SQLite file, receipts, plans), and a PostgreSQL URL when several keepers share it.</summary>
internal sealed record StateLocation(string Directory, string? ConnectionString = null)
{
    public bool IsPostgres => ConnectionString is not null;
}
