using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a run takes, decided before the selecting scan: pure questions about one entry.</summary>
internal sealed record SelectionRules
{
    public required CleanupMode Mode { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required CleanupPolicy Policy { get; init; }

    /// <summary>Only this category; null means all.</summary>
    public string? Category { get; init; }
    /// <summary>The one entry that is meant, by its id or its query hash (mode Entry).</summary>
    public string? Key { get; init; }
    public IReadOnlySet<string> Dragging { get; init; } = new HashSet<string>();
    public ValueModel? Model { get; init; }

    /// <summary>What is changed and kept; null for strengths that change nothing.</summary>
    public RewriteRules? Rewrites { get; init; }

    /// <summary>What earlier removals have taught.</summary>
    public RegretLesson Lesson { get; init; } = RegretLesson.None;

    /// <summary>Entries worth at most this go; null when none go for their value.</summary>
    public double? WorthAtMost { get; init; }

    /// <summary>... but never more than this many: entries worth the same may lie on the bar.</summary>
    public long MostForValue { get; init; }

    /// <summary>Scans without pauses.</summary>
    public bool FullPace { get; init; }

    /// <summary>The most of its time that looking works (<see cref="Pace.PacePolicy.WorkShare"/>).</summary>
    public double WorkShare => FullPace ? 1 : Policy.Pace.WorkShare;

    /// <summary>The reason to take an entry, or null to leave it. Pins always win.</summary>
    public RemovalReason? Choose(EntryHead entry) => entry switch
    {
        _ when Mode is CleanupMode.Compress or CleanupMode.Expiry || Pins.Hold(entry, Policy) => null,
        _ when Category is not null && entry.Category != Category => null,
        _ when Mode == CleanupMode.Entry => entry.Id == Key || (Key is not null && entry.QueryHash == Key) ? RemovalReason.Named : null,
        _ when entry.IsExpired(AsOf) => RemovalReason.Expired,
        _ when Mode == CleanupMode.Category => RemovalReason.Category,
        { ReplacedBy: not null } when Mode is CleanupMode.Deep or CleanupMode.Duplicates => RemovalReason.Superseded,
        { AnswersUntil: { } end } when Mode is CleanupMode.Deep or CleanupMode.Duplicates && end + Policy.StaleAfter <= AsOf => RemovalReason.Stale,
        _ when IsCandidate(entry) && WorthAtMost is { } bound && Worth(entry) <= bound => Mode == CleanupMode.Targeted ? RemovalReason.DraggingCategory : RemovalReason.LowValue,
        _ => null,
    };

    /// <summary>The same when the record cannot be seen: its pins might hold any key and any memory, so that only what has expired may go.</summary>
    public SelectionRules WithPinsUnknown() => this with
    {
        Mode = Mode is CleanupMode.Compress or CleanupMode.Expiry ? Mode : CleanupMode.Light,
        WorthAtMost = null,
        Rewrites = Rewrites?.GivesEnds == true ? null : Rewrites,
    };

    /// <summary>Whether the entry may go for its value: live, in scope, not pinned, in a dragging category when targeted.</summary>
    public bool IsCandidate(EntryHead entry) =>
        !entry.IsExpired(AsOf) && !Pins.Hold(entry, Policy)
        && (Category is null || entry.Category == Category)
        && (Mode != CleanupMode.Targeted || (entry.Category is { } category && Dragging.Contains(category)));

    /// <summary>What the entry is worth per byte (as a whole where its size is unknown); null when its tier tells too little.</summary>
    public double? Worth(EntryHead entry) => Model?.Score(entry) is { } value ? (value.PerByte ?? value.Value) * Lesson.Of(entry.Category) : null;
}
