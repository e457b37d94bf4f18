namespace CacheKeeper.Tiers;

/// <summary>Which entries of a tier a scan gives.</summary>
internal sealed record EntryFilter(TierScope Scope)
{
    public EntryState State { get; init; } = EntryState.Any;

    /// <summary>The instant against which expiry is judged: frozen in the plan, never the clock of the moment.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>Entries per page, one round trip each.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>Where to go on: the <see cref="EntryPage.Cursor"/> of the last page seen; null for the start.</summary>
    public string? After { get; init; }

    /// <summary>A pause between pages, so that readers do not feel the scan.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The most of its time that a scan of PostgreSQL works, its reader's work on each page included; it pauses for the rest. 1: no pauses.</summary>
    public double WorkShare { get; init; } = 1;

    /// <summary>Looking only: heads come without a version, where that saves the tier from reading every value. They cannot be used to change anything.</summary>
    public bool GlanceOnly { get; init; }

    /// <summary>Contents are asked for too: <see cref="EntryPage.Stored"/> holds them where the tier's listing has them anyway.</summary>
    public bool WithContents { get; init; }

    /// <summary>Calls to the tier are counted: rather a few dear ones than many cheap ones.</summary>
    public bool FewCalls { get; init; }

    /// <summary>Without the tier's own pauses between pages.</summary>
    public bool FullPace { get; init; }

    /// <summary>Whether an entry's state is asked for, as far as its times tell.</summary>
    public bool Matches(EntryHead head) => State switch
    {
        EntryState.Expired => head.IsExpired(AsOf),
        EntryState.Live => !head.IsExpired(AsOf),
        EntryState.WithoutExpiry => head.ExpiresAt is null,
        _ => true,
    };

    /// <summary>Those of the heads that match.</summary>
    public IReadOnlyList<EntryHead> Of(IReadOnlyList<EntryHead> heads) => State == EntryState.Any ? heads : [.. heads.Where(Matches)];
}
