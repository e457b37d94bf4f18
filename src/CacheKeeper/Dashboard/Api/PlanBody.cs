using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Api;

/// <summary>What <c>POST /api/plans</c> and <c>…/apply</c> take; each field as the command line's option of that name.</summary>
internal sealed record PlanBody
{
    public static readonly IReadOnlyList<CleanupMode> Modes = [CleanupMode.Smart, CleanupMode.Light, CleanupMode.Targeted, CleanupMode.Moderate, CleanupMode.Aggressive, CleanupMode.Deep, CleanupMode.Category, CleanupMode.Entry];

    public string Mode { get; init; } = "light";
    public string? Category { get; init; }

    /// <summary>With mode entry: its id in a tier, or its query hash.</summary>
    public string? Key { get; init; }
    public IReadOnlyList<string>? Tier { get; init; }
    public double? AllowShare { get; init; }
    public long? MaxRows { get; init; }
    public string? Pace { get; init; }

    /// <exception cref="KeeperException">A value is not one of those that are known.</exception>
    public CleanupRequest ToRequest(string project, string? plan)
    {
        if (!Modes.Any(known => Word(known) == Mode))
        {
            throw KeeperException.Usage($"There is no cleanup '{Mode}' here.", $"Modes: {string.Join(", ", Modes.Select(Word))}.");
        }

        if (AllowShare is <= 0 or > 1 || MaxRows is < 0 || Pace is not (null or "polite" or "full") || (Mode == "category" && string.IsNullOrEmpty(Category)) || ((Mode == "entry") != !string.IsNullOrEmpty(Key) && plan is null))
        {
            throw KeeperException.Usage("A bound cannot be used.", "allow_share is in (0, 1], max_rows is not negative, pace is polite or full, mode category names one, mode entry a key.");
        }

        return CleanupStrengthCommand.Request(Modes.First(known => Word(known) == Mode)) with
        {
            Project = project,
            Category = Category,
            Key = Key,
            OnlyTiers = [.. (Tier ?? []).Select(word => TierNames.Parse(word) ?? throw KeeperException.Usage($"There is no tier '{word}'.", "Tiers are postgresql, upstash and mem0."))],
            Overrides = new CleanupOverrides { AllowShare = AllowShare, MaxRows = MaxRows },
            FullPace = Pace == "full",
            Plan = plan,
        };
    }

    private static string Word(CleanupMode mode) => mode.ToString().ToLowerInvariant();
}
