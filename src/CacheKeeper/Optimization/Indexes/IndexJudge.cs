namespace CacheKeeper.Optimization.Indexes;

/// <summary>What is the matter with an index.</summary>
internal enum IndexFinding
{
    Unused,
    Duplicate,
    Invalid,
    Bloated,
}

/// <summary>A finding with its evidence; <paramref name="Other"/> is the index that a duplicate repeats.</summary>
internal sealed record IndexVerdict(IndexFacts Index, IndexFinding Finding, string Evidence, IndexFacts? Other = null);

/// <summary>Judges indexes from the server's statistics. Nothing is called unused that is young, unique, behind a constraint, or read on a standby.</summary>
internal static class IndexJudge
{
    private const double PageFill = 0.9;
    private const double EntryOverhead = 16;
    private const double PageBytes = 8192;

    public static IReadOnlyList<IndexVerdict> Judge(DatabaseFacts facts, IndexPolicy policy)
    {
        var verdicts = new List<IndexVerdict>();
        foreach (var index in facts.Indexes.Where(index => !index.BeingBuilt))
        {
            if (One(index, facts, policy) is { } verdict)
            {
                verdicts.Add(verdict);
            }
        }

        return verdicts;
    }

    private static IndexVerdict? One(IndexFacts index, DatabaseFacts facts, IndexPolicy policy)
    {
        if (!index.Valid)
        {
            return new(index, IndexFinding.Invalid, "pg_index.indisvalid is false: it is kept up to date by every write and never read. A concurrent build that failed leaves such an index.");
        }

        if (facts.Indexes.FirstOrDefault(other => Repeats(index, other)) is { } twin)
        {
            return new(index, IndexFinding.Duplicate, $"It has the same keys in the same order, method and condition as {twin.Name}{(twin.Unique && !index.Unique ? ", which is unique besides" : "")}.", twin);
        }

        if (Unused(index, facts, policy) is { } evidence)
        {
            return new(index, IndexFinding.Unused, evidence);
        }

        return Needs(index) is { } needed && index.Bytes > policy.WorthBytes && index.Bytes > policy.BloatedAbove * needed
            ? new(index, IndexFinding.Bloated, $"It takes {index.Bytes / 1e6:0.0} MB; its {index.Entries:N0} entries need about {needed / 1e6:0.0} MB.")
            : null;
    }

    /// <summary>Why an index counts as unused; null when it does not, or when it is too early to say.</summary>
    private static string? Unused(IndexFacts index, DatabaseFacts facts, IndexPolicy policy)
    {
        if (index.Unique || index.Primary || index.Constraint || index.Identity || index.Watched is not { } watch || facts.Standbys > 0)
        {
            return null;
        }

        var counted = facts.StatisticsSince;
        var known = counted is { } reset && reset > watch.Since ? reset : watch.Since;

        // Of two that are the same the server reads either: together they are used or not, else both would be advised against.
        var used = facts.Indexes.Where(other => other.Name == index.Name || Repeats(other, index)).Max(other => other.Watched?.LastUsed);
        var idle = used is { } last && last > known ? last : known;
        return facts.AsOf - idle >= policy.UsageWindow
            ? $"Not read since {idle:yyyy-MM-dd}: watched for {(facts.AsOf - known).TotalDays:0} days, {(counted is { } since ? $"statistics since {since:yyyy-MM-dd}" : "statistics never reset")}."
            : null;
    }

    // Of two that are the same, the one that carries less goes: not the constraint, not the unique one, then the later by name.
    private static bool Repeats(IndexFacts index, IndexFacts other) =>
        other.Name != index.Name && other is { Valid: true, BeingBuilt: false } && index is { Constraint: false, Identity: false, Primary: false } &&
        (other.Schema, other.Table, other.Method, other.Predicate) == (index.Schema, index.Table, index.Method, index.Predicate) && other.Keys.SequenceEqual(index.Keys) &&
        (Rank(other) > Rank(index) || (Rank(other) == Rank(index) && string.CompareOrdinal(other.Name, index.Name) < 0));

    private static int Rank(IndexFacts index) => (index.Constraint || index.Primary || index.Identity ? 2 : 0) + (index.Unique ? 1 : 0);

    // A b-tree needs its keys, their overhead and some air in its pages; equal keys are stored once since PostgreSQL 13, so this is rather too much.
    private static double? Needs(IndexFacts index) =>
        index is { Method: "btree", KeyWidth: { } width, Entries: > 0 } ? Math.Max(PageBytes * 2, index.Entries * (width + EntryOverhead) / PageFill) : null;
}
