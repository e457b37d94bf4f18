using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>How much of Mem0 is worth keeping: the share of memories that still answer, are not superseded, carry a category and say something of their own.</summary>
internal sealed class MemoryHealth(DateTimeOffset asOf)
{
    private long _all;
    private long _answering;
    private long _current;
    private long _labelled;
    private long _good;

    /// <summary>Share of memories that pass all parts, 0 to 1; null without memories.</summary>
    public double? Score => Share(_good);

    public void See(EntryHead memory, bool duplicate)
    {
        var answers = !memory.IsExpired(asOf) && !(memory.AnswersUntil <= asOf);
        var (current, labelled) = (memory.ReplacedBy is null, memory.Category is not null);
        _all++;
        _answering += answers ? 1 : 0;
        _current += current ? 1 : 0;
        _labelled += labelled ? 1 : 0;
        _good += answers && current && labelled && !duplicate ? 1 : 0;
    }

    public string Sentence => $"Memory health {Score:0.00}: of {_all:N0} memories {Share(_answering):P0} still answer, {Share(_current):P0} are not superseded, {Share(_labelled):P0} carry a category.";

    public bool IsKnown => _all > 0;

    private double? Share(long part) => _all == 0 ? null : (double)part / _all;
}
