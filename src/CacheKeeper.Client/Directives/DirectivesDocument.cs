using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Client;

/// <summary>
/// What the keeper tells the readers of a project's cache: which tiers to leave out and how long to keep what they save. Each part
/// has an end; when it is past, the part counts for nothing, whether or not anybody removed it. This record is the definition of the
/// format: JSON with snake_case names, times in ISO 8601.
/// </summary>
/// <param name="Project">Whose cache it is about; a reader ignores a document of another project.</param>
/// <param name="Version">Grows with every change; the reader keeps the highest it has seen.</param>
/// <param name="WrittenAt">When this version was written.</param>
/// <param name="LeaveOut">Tiers that are neither read nor written for a while.</param>
/// <param name="Ttl">Changed lifetimes.</param>
public sealed record DirectivesDocument(
    string Project, long Version, DateTimeOffset WrittenAt, IReadOnlyList<LeaveOutDirective> LeaveOut, IReadOnlyList<TtlDirective> Ttl)
{
    /// <summary>No lifetime made by directives is longer.</summary>
    public static readonly TimeSpan LongestTtl = TimeSpan.FromDays(30);

    /// <summary>No lifetime made by directives is shorter.</summary>
    public static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new UtcTimeConverter() },
    };

    /// <summary>A document that asks for nothing.</summary>
    public static DirectivesDocument Empty(string project) => new(project, 0, DateTimeOffset.UnixEpoch, [], []);

    /// <summary>The document as it stands in Redis and PostgreSQL.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Null for a text that is not such a document; unknown fields are passed over.</summary>
    public static DirectivesDocument? FromJson(string json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<DirectivesDocument>(json, Format);
            return read is { Project: not null } ? read with { LeaveOut = Whole(read.LeaveOut), Ttl = Whole(read.Ttl) } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Why a tier is left out at this moment, with the latest end; null when it is to be used.</summary>
    public LeaveOutDirective? LeftOut(string tier, DateTimeOffset now) =>
        LeaveOut.Where(part => part.Tier == tier && part.Until > now).MaxBy(part => part.Until);

    /// <summary>Only the parts that still count.</summary>
    public DirectivesDocument At(DateTimeOffset now) =>
        this with { LeaveOut = [.. LeaveOut.Where(part => part.Until > now)], Ttl = [.. Ttl.Where(part => part.Until > now)] };

    /// <summary>
    /// How long to keep an entry that would live <paramref name="ordinary"/>: the seconds of the most particular part that gives any
    /// (agent before category, a named tier before all, a later part before an earlier one), times the factors of all parts that fit.
    /// </summary>
    public TimeSpan TtlFor(string tier, string category, string agent, TimeSpan ordinary, DateTimeOffset now)
    {
        var fitting = Ttl.Where(part => part.Until > now && part.Fits(tier, category, agent)).ToList();
        if (fitting.Count == 0)
        {
            return ordinary;
        }

        var seconds = fitting.Where(part => part.Seconds > 0).OrderBy(part => part.Particularity).LastOrDefault()?.Seconds ?? ordinary.TotalSeconds;
        var factor = fitting.Where(part => part.Factor > 0).Aggregate(1.0, (product, part) => product * part.Factor!.Value);
        return TimeSpan.FromSeconds(Math.Clamp(seconds * factor, ShortestTtl.TotalSeconds, LongestTtl.TotalSeconds));
    }

    private static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? parts) => [.. (parts ?? []).Where(part => part is not null)];
}

/// <summary>A tier that is neither read nor written until a moment.</summary>
/// <param name="Tier">A name of <see cref="CacheTiers"/>.</param>
/// <param name="Until">From this moment on the tier is used again.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="By">Who asked for it, such as <c>recovery</c>; each writer changes only its own parts.</param>
public sealed record LeaveOutDirective(string Tier, DateTimeOffset Until, string Reason, string? By = null);

/// <summary>Another lifetime for what is saved until a moment; a name that is null means every one.</summary>
/// <param name="Tier">The tier it is about.</param>
/// <param name="Category">The category it is about.</param>
/// <param name="Agent">The agent it is about.</param>
/// <param name="Factor">The ordinary lifetime times this; null or not above zero counts for nothing.</param>
/// <param name="Seconds">This lifetime instead of the ordinary one; null or not above zero counts for nothing.</param>
/// <param name="Until">From this moment on the ordinary lifetime returns.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="By">Who asked for it, such as <c>optimizer</c>.</param>
public sealed record TtlDirective(
    string? Tier, string? Category, string? Agent, double? Factor, double? Seconds, DateTimeOffset Until, string Reason, string? By = null)
{
    internal int Particularity => (Agent is null ? 0 : 4) + (Category is null ? 0 : 2) + (Tier is null ? 0 : 1);

    internal bool Fits(string tier, string category, string agent) =>
        (Tier is null || Tier == tier) && (Category is null || Category == category) && (Agent is null || Agent == agent);
}
