using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Asks of every recorded choice once more what its own record can answer: is it unpinned, and is its reason true of it? Pure.</summary>
internal sealed class SelectionAudit(DateTimeOffset asOf, CleanupPolicy policy)
{
    /// <summary>Choices looked at.</summary>
    public long Looked { get; private set; }

    /// <summary>Choices whose reason follows from the entry alone and was found true.</summary>
    public long Proved { get; private set; }

    /// <summary>Choices made by comparing with all other entries, which are not kept.</summary>
    public long Compared => Looked - Proved - Wrong;

    public long Wrong { get; private set; }

    public void Look(Selection chosen)
    {
        Looked++;
        var known = Pins.Hold(chosen.Entry, policy) ? false : IsTrue(chosen.Entry, chosen.Reason);
        Proved += known == true ? 1 : 0;
        Wrong += known == false ? 1 : 0;
    }

    /// <summary>What was found, in a sentence.</summary>
    public string Sentence => Looked == 0
        ? "No chosen entry is on record."
        : $"Judged again from the record: {Proved + Wrong:N0} of {Looked:N0} chosen entries, {(Wrong == 0 ? "all hold" : $"{Wrong:N0} DO NOT HOLD")} (not pinned, and the reason follows from what was known of the entry)."
            + (Compared > 0 ? $" {Compared:N0} were chosen by comparison with all other entries (worth, duplicates) or followed their row; the others are not kept, so of these only that none was pinned was judged again." : "");

    // Null: the entry alone does not say it.
    private bool? IsTrue(EntryHead entry, RemovalReason reason) => reason switch
    {
        RemovalReason.Expired => entry.IsExpired(asOf),
        RemovalReason.Superseded when entry.Tier == TierName.Mem0 => entry.ReplacedBy is not null,
        RemovalReason.Stale when entry.Tier == TierName.Mem0 => entry.AnswersUntil is { } end && end + policy.StaleAfter <= asOf,
        _ => null,
    };
}
