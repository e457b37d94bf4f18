namespace CacheKeeper.Cleanup.Vacuum;

/// <summary>What the keeper's role may do with the table, and how many rows the server counts.</summary>
/// <param name="Maintains">It owns the table, or has MAINTAIN on it (PostgreSQL 17 and later).</param>
internal sealed record VacuumRights(string Role, bool Superuser, bool Maintains, long Live, long Dead)
{
    /// <summary>Why a vacuum that is due is not done; null when nothing stands against it. A server asked without the right only warns and skips the table.</summary>
    public string? WhyNot(string table) => this switch
    {
        { Superuser: true } => "the keeper is let in as a superuser, under whom it maintains nothing",
        { Maintains: false } => $"role {Role} neither owns {table} nor has MAINTAIN on it (PostgreSQL 17: GRANT MAINTAIN ON {table} TO {Role})",
        _ => null,
    };
}
