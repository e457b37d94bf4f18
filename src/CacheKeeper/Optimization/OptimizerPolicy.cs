using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Optimization.Placement;
using CacheKeeper.Storage;

namespace CacheKeeper.Optimization;

/// <summary>What the optimizer looks at, how far it may go, and what things are worth.</summary>
internal sealed record OptimizerPolicy
{
    /// <summary>How much of the access log is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "90.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Fewer logged lookups of a category than this say nothing about it.</summary>
    [Range(10, 1_000_000)]
    public int MinimumLookups { get; init; } = 300;

    /// <summary>Questions of a category that are followed at once; beyond, a smaller sample of them is.</summary>
    [Range(16, 1_000_000)]
    public int MostKeys { get; init; } = 4096;

    /// <summary>Categories and agents told apart; further ones count together as "other".</summary>
    [Range(1, 256)]
    public int MostGroups { get; init; } = 32;

    /// <summary>Existing entries that one run gives another end at most.</summary>
    [Range(1, 10_000_000)]
    public int MostRetimed { get; init; } = 100_000;

    /// <summary>The rules whose advice a run may apply by itself: ttl, freshness, placement, index (rebuilding bloated ones), maintenance.</summary>
    public IReadOnlyList<string> Apply { get; init; } = ["ttl", "freshness", "maintenance"];

    public TtlLimits Ttl { get; init; } = new();

    /// <summary>How fresh answers must be, by category; what is not said follows the built-in rules and <see cref="OtherFreshness"/>.</summary>
    public Dictionary<string, FreshnessRule> Freshness { get; init; } = [];

    /// <summary>How fresh the answers of every other category must be.</summary>
    public FreshnessRule OtherFreshness { get; init; } = new();

    public OptimizerCosts Costs { get; init; } = new();

    public JudgePolicy Judge { get; init; } = new();

    public IndexPolicy Indexes { get; init; } = new();

    public SwitchbackPolicy Switchback { get; init; } = new();

    public PrewarmPolicy Prewarm { get; init; } = new();

    private static readonly Dictionary<string, FreshnessRule> BuiltIn = new(StringComparer.Ordinal)
    {
        ["payments"] = new() { Ceiling = TimeSpan.FromHours(2), ChangesEvery = TimeSpan.FromDays(2) },
        ["orders"] = new() { Ceiling = TimeSpan.FromHours(4), ChangesEvery = TimeSpan.FromDays(2) },
        ["users"] = new() { Ceiling = TimeSpan.FromHours(12), ChangesEvery = TimeSpan.FromDays(7) },
        ["analytics"] = new() { Ceiling = TimeSpan.FromDays(1), ChangesEvery = TimeSpan.FromDays(7) },
        ["configuration"] = new() { Ceiling = TimeSpan.FromDays(7), ChangesEvery = TimeSpan.FromDays(30) },
    };

    /// <summary>The rule of a category: the operator's, else the built-in one, else that of all others.</summary>
    public FreshnessRule FreshnessOf(string category) => Freshness.GetValueOrDefault(category) ?? BuiltIn.GetValueOrDefault(category) ?? OtherFreshness;
}

/// <summary>How fresh answers of a category must be, whatever their hit ratio says.</summary>
internal sealed record FreshnessRule
{
    /// <summary>No answer of the category may live longer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Ceiling { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The mean time after which a right answer stops being right: the price of age is computed from it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan ChangesEvery { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>How far lifetimes may be moved.</summary>
internal sealed record TtlLimits
{
    /// <summary>No time to live is made shorter than this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>No time to live is made longer than this.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "30.00:00:00")]
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(7);

    /// <summary>No lifetime grows by more than this factor within a week.</summary>
    [Range(1.0, 100.0)]
    public double MostGrowthPerWeek { get; init; } = 2;

    /// <summary>Mean live bytes that all lifetimes together may cost, as a share of what today's cost.</summary>
    [Range(0.01, 100.0)]
    public double BytesBudget { get; init; } = 1;

    /// <summary>A change must promise at least this much, as a share of what model calls and storage cost now.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double LeastGain { get; init; } = 0.01;

    /// <summary>How long a directive stands unless a later run renews it; then the ordinary lifetime returns by itself.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "7.00:00:00")]
    public TimeSpan Stands { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What readers give a memory in Mem0 unless something says otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrdinaryMem0 { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What readers give the longest-lived of the Redis keys.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrdinaryUpstash { get; init; } = TimeSpan.FromHours(2);

    /// <summary>What readers give a row.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrdinaryPostgresql { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Ordinary lifetimes of single categories where the gateway's own rules give others.</summary>
    public Dictionary<string, TimeSpan> Ordinary { get; init; } = [];

    /// <summary>The specification: categories asked for more often than this many times the mean are of high value.</summary>
    [Range(1.0, 100.0)]
    public double HighValueAbove { get; init; } = 1.5;

    /// <summary>What an entry of high value lives.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan HighValueTtl { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The specification: those asked for less often than this many times the mean are of low value.</summary>
    [Range(0.0, 1.0)]
    public double LowValueBelow { get; init; } = 0.5;

    /// <summary>What an entry of low value lives.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan LowValueTtl { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Younger entries are of no low value yet.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan LowValueAfter { get; init; } = TimeSpan.FromHours(2);
}

/// <summary>What things are worth, so that hits, staleness, waiting and bytes can be weighed against each other.</summary>
internal sealed record OptimizerCosts
{
    /// <summary>USD that a miss costs: the model is asked.</summary>
    [Range(0.0, 1000.0)]
    public double Miss { get; init; } = 0.002;

    /// <summary>USD that an answer costs that is no longer right.</summary>
    [Range(0.0, 100_000.0)]
    public double Stale { get; init; } = 0.02;

    /// <summary>USD for a gigabyte kept a month.</summary>
    [Range(0.0, 1000.0)]
    public double GigabyteMonth { get; init; } = 0.25;

    /// <summary>How long the model takes to answer a miss.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan ModelTakes { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>When and how a change is compared with its promise.</summary>
internal sealed record JudgePolicy
{
    /// <summary>A change is judged so long after it was made.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan After { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Fewer logged lookups than this since the change are no verdict.</summary>
    [Range(10, 1_000_000)]
    public int MinimumLookups { get; init; } = 200;

    /// <summary>A change that could not be judged within so many times <see cref="After"/> is taken back: unproven is not kept.</summary>
    [Range(1.0, 100.0)]
    public double Patience { get; init; } = 5;

    /// <summary>How much less than the promise's lower bound is put up with, as a share of the lookups.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double Tolerance { get; init; } = 0.005;
}

/// <summary>When an index counts as unused, bloated or in need of care.</summary>
internal sealed record IndexPolicy
{
    /// <summary>Only what was watched for so long, since the statistics were reset, is called unused: reports that run once a month use indexes too.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan UsageWindow { get; init; } = TimeSpan.FromDays(35);

    /// <summary>An index this many times larger than its entries need is bloated.</summary>
    [Range(1.1, 100.0)]
    public double BloatedAbove { get; init; } = 2;

    /// <summary>Smaller indexes and tables are not worth the work.</summary>
    [Range(0, long.MaxValue)]
    public long WorthBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Dead rows above this share of the table ask for a vacuum.</summary>
    [Range(0.01, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double DeadAbove { get; init; } = 0.2;

    /// <summary>Rows changed since the last analyze above this share ask for one.</summary>
    [Range(0.01, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double ChangedAbove { get; init; } = 0.1;

    /// <summary>Tables with fewer rows are left to PostgreSQL itself.</summary>
    [Range(0, long.MaxValue)]
    public long WorthRows { get; init; } = 1000;

    /// <summary>A statement on average slower than this is told.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SlowAbove { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A statement that ran fewer times than this is not told: once is a load of rows or somebody's maintenance.</summary>
    [Range(1, 1_000_000)]
    public int SlowCalls { get; init; } = 5;

    /// <summary>Maintenance gives up when it has waited so long for a lock: readers wait behind it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Maintenance of one object may take so long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan LongestWork { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Busy means more other sessions at work than this; maintenance waits for a quieter time.</summary>
    [Range(0, 10_000)]
    public int QuietSessions { get; init; } = 4;
}

/// <summary>Trials that alternate with and without a change, so that its effect is measured and not assumed.</summary>
internal sealed record SwitchbackPolicy
{
    /// <summary>Whether lifetimes are tried so before they are kept.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long a block with or without the change lasts.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "2.00:00:00")]
    public TimeSpan Block { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How many blocks a trial has; half of them with the change.</summary>
    [Range(4, 200)]
    public int Blocks { get; init; } = 8;
}
