namespace CacheKeeper.Cleanup.Regret;

/// <summary>What became of the entries removed for one reason from one category.</summary>
/// <param name="Removed">Entries removed, as far as they carry a query hash.</param>
/// <param name="Returned">... of which were asked for and written again.</param>
/// <param name="Share">Returned ÷ removed, with its 95 % interval.</param>
/// <param name="Until">The median time until they came back; null when none did.</param>
internal sealed record RegretLine(RemovalReason Reason, string Category, double Removed, double Returned, double Share, double Low, double High, TimeSpan? Until)
{
    /// <summary>Reasons whose removals a reader can regret: entries that would still have answered.</summary>
    public static IReadOnlyList<RemovalReason> Regrettable { get; } = [.. Enum.GetValues<RemovalReason>().Except([RemovalReason.Expired, RemovalReason.Superseded, RemovalReason.Stale])];

    /// <summary>Whether its reason is one of <see cref="Regrettable"/>.</summary>
    public bool CountsAsRegret => Regrettable.Contains(Reason);
}
