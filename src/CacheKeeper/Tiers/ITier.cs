namespace CacheKeeper.Tiers;

/// <summary>Makes entries durable before their removal commits. When it throws, nothing is removed.</summary>
internal delegate Task ReceiptWriter(IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken);

/// <summary>
/// One store of the cache as the keeper sees it. Every call has a deadline and a bounded number of tries, touches one project only,
/// and throws <see cref="TierException"/> when it could not do what it was asked: a failed listing is never an empty one.
/// </summary>
internal interface ITier : IAsyncDisposable
{
    TierName Name { get; }

    TierMeter Meter { get; }

    /// <summary>What its calls cost, for an estimate beforehand.</summary>
    TierPrice Price => TierPrice.Free;

    /// <summary>Real calls: connect, read, write-read-compare-delete where the tier allows it. Never throws for a tier that is down.</summary>
    Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Counts and sizes of one project's entries as of <paramref name="asOf"/>.</summary>
    Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken);

    /// <summary>The same within so many calls: where a full count would cost more, it comes from a sample and says how sure it is.</summary>
    Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, int mostCalls, CancellationToken cancellationToken) => LookAsync(scope, asOf, cancellationToken);

    /// <summary>Pages through the project's entries; constant memory whatever their number.</summary>
    IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, CancellationToken cancellationToken);

    /// <summary>The heads of these entries as they are now; those that are gone, or are not the scope's, are left out.</summary>
    Task<IReadOnlyList<EntryHead>> FindAsync(TierScope scope, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Reads whole entries; those that are gone are left out.</summary>
    Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken);

    /// <summary>Removes entries whose identity and version still match, after <paramref name="receipt"/> has made them durable.</summary>
    Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken);

    /// <summary>Changes entries whose version still matches, after <paramref name="receipt"/> has made their old content durable.</summary>
    /// <returns>Ids in <see cref="RemovalOutcome.Removed"/> are those changed.</returns>
    Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken);

    /// <summary>Writes entries back.</summary>
    Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken);
}
