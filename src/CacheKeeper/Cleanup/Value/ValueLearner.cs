using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Value;

/// <summary>
/// Learns what entries are worth from their heads alone, one pass in constant memory: an entry used n times between its creation and its
/// last access shows n − 1 ended gaps of its mean length and one still open.
/// </summary>
internal sealed class ValueLearner(DateTimeOffset now, ValuePolicy policy)
{
    private const int MostCategories = 256;
    private const int Octaves = 30;

    private static readonly GapBins Bins = new(1, 2, Octaves);

    private readonly GapHistogram _gaps = new(CountClasses.Count, Bins);
    private readonly GapHistogram _all = new(1, Bins);
    private readonly Dictionary<string, GapHistogram> _categories = new(StringComparer.Ordinal);
    private long _entries;
    private long _known;
    private long _returned;
    private double _span;

    public void Add(EntryHead head)
    {
        _entries++;
        if (EntryUse.Of(head, now) is not { } use)
        {
            return;
        }

        _known++;
        _returned += use.Uses > 1 ? 1 : 0;
        _span = Math.Max(_span, use.Age ?? use.Idle);
        Note(_gaps, use);
        Note(_all, use);
        if (CategoryOf(head.Category) is { } category)
        {
            Note(category, use);
        }
    }

    public ValueModel Build()
    {
        var horizon = Math.Min(_span * policy.HorizonShare, policy.LongestHorizon.TotalSeconds);
        var all = ReuseCurves.Learn(_all, 1, policy.Reuse);
        var relative = _categories.ToDictionary(category => category.Key, category => Relative(category.Value, all), StringComparer.Ordinal);
        return new(ReuseCurves.Learn(_gaps, 1, policy.Reuse), relative, TimeSpan.FromSeconds(horizon), now, Judge());
    }

    private static void Note(GapHistogram histogram, EntryUse use)
    {
        var split = histogram.Classes > 1;
        var current = split ? CountClasses.Of(use.Uses) : 0;
        if (use.MeanGap is { } gap)
        {
            for (var group = 0; group <= current; group++)
            {
                histogram.AddClosed(group, gap, split ? EndedIn(group, use.Uses) : use.Uses - 1);
            }
        }

        histogram.AddOpen(current, use.Idle);
    }

    // How many of an entry's gaps began while it was of a class.
    private static int EndedIn(int group, int uses)
    {
        var after = group + 1 < CountClasses.Count ? CountClasses.First(group + 1) : int.MaxValue;
        return Math.Max(0, Math.Min(uses, after) - CountClasses.First(group));
    }

    private GapHistogram? CategoryOf(string? name)
    {
        if (name is null || _categories.TryGetValue(name, out var known))
        {
            return name is null ? null : _categories[name];
        }

        return _categories.Count == MostCategories ? null : _categories[name] = new GapHistogram(1, Bins);
    }

    // How much more often entries of a category return than all do at the same idle times, drawn towards 1 while little was seen.
    private double Relative(GapHistogram category, ReuseCurves all)
    {
        var (closed, risk) = (category.Closed(0), category.AtRisk(0));
        var hazards = all.Hazards(0);
        var (seen, expected) = (policy.Reuse.Strength, policy.Reuse.Strength);
        for (var bin = 0; bin < closed.Length; bin++)
        {
            seen += closed[bin];
            expected += risk[bin] * hazards[bin];
        }

        return seen / expected;
    }

    private ValueKnowledge Judge()
    {
        var share = _entries == 0 ? 0 : (double)_known / _entries;
        var confidence = share * _returned / (_returned + policy.LeastReusedEntries);
        return (_known, _returned) switch
        {
            _ when _known < policy.LeastEntries => new(KnowledgeLevel.TooLittle, confidence, $"use is known of {_known} entries only ({policy.LeastEntries} are needed)"),
            _ when _returned < policy.LeastReusedEntries => new(KnowledgeLevel.TooLittle, confidence, $"only {_returned} entries were ever used again ({policy.LeastReusedEntries} are needed)"),
            _ when share < policy.SoundShare => new(KnowledgeLevel.Weak, confidence, $"use is known of {share * 100:0} % of the entries"),
            _ => new(KnowledgeLevel.Sound, confidence, $"use is known of {share * 100:0} % of {_entries} entries, {_returned} of them used again"),
        };
    }
}
