namespace CacheKeeper.Tiers;

/// <summary>Whose entries a call may see: one project, and one exact category when given. Every statement carries it.</summary>
internal sealed record TierScope
{
    /// <exception cref="ArgumentException">The project is empty: nothing may ever run over everybody's entries.</exception>
    public TierScope(string project, string? category = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(project);
        (Project, Category) = (project, category);
    }

    public string Project { get; }

    public string? Category { get; init; }
}
