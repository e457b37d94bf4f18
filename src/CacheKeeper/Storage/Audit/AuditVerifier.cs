namespace CacheKeeper.Storage.Audit;

/// <summary>Walks the log from its beginning and tells every place where it is not what was written.</summary>
internal sealed class AuditVerifier
{
    private const int MostFaults = 100;
    private readonly AuditHead _head;
    private readonly Dictionary<long, string> _anchors;
    private readonly List<string> _faults = [];
    private long _lines;
    private long _seq;
    private string _previous;
    private string? _cut;

    public AuditVerifier(AuditHead head, IEnumerable<AuditAnchor> anchors)
    {
        _head = head;
        _seq = head.FirstSeq - 1;
        _previous = head.FirstPrevious;
        _anchors = [];
        foreach (var anchor in anchors)
        {
            if (!_anchors.TryAdd(anchor.Seq, anchor.Hash) && _anchors[anchor.Seq] != anchor.Hash)
            {
                Fault($"Line {anchor.Seq} was anchored twice with different content.");
            }
        }
    }

    /// <summary>Takes the next line in the order of their numbers.</summary>
    public void Take(AuditLine line)
    {
        _lines++;
        if (line.Seq != _seq + 1)
        {
            Fault(line.Seq == _seq + 2 ? $"Line {_seq + 1} is missing." : $"Lines {_seq + 1} to {line.Seq - 1} are missing.");
        }
        else if (line.Previous != _previous)
        {
            Fault($"Line {line.Seq} does not follow the line before it.");
        }

        if (AuditChain.Hash(line.Entry, line.Seq, line.Previous) != line.Hash)
        {
            Fault($"Line {line.Seq} was changed after it was written.");
        }

        if (_anchors.Remove(line.Seq, out var anchored) && anchored != line.Hash)
        {
            Fault($"Line {line.Seq} is not the one that this machine wrote.");
        }

        if (line.Entry.Action == AuditChain.Cut)
        {
            _cut = line.Entry.Object;
        }

        (_seq, _previous) = (line.Seq, line.Hash);
    }

    public AuditVerdict Conclude()
    {
        if (_seq != _head.Seq || (_lines > 0 && _previous != _head.Hash))
        {
            Fault($"The log ends with line {_seq}, and its head says {_head.Seq}.");
        }

        if (_head.FirstSeq > 1 && _cut != CutObject(_head))
        {
            Fault($"The log begins with line {_head.FirstSeq}, and no line in it says that the ones before were cut off.");
        }

        // What is older than the beginning was cut off; what is newer than the end is missing.
        if (_anchors.Keys.Where(seq => seq >= _head.FirstSeq).ToList() is { Count: > 0 } missing)
        {
            Fault($"{missing.Count} lines that this machine wrote are missing, the first is {missing.Min()}.");
        }

        return new AuditVerdict(_lines, _head.FirstSeq, _seq, _faults);
    }

    /// <summary>How the line of a cut names what it cut: an edited beginning does not match it.</summary>
    public static string CutObject(AuditHead head) => $"lines before {head.FirstSeq}, the last with hash {head.FirstPrevious}";

    private void Fault(string fault)
    {
        if (_faults.Count < MostFaults)
        {
            _faults.Add(fault);
        }
    }
}

/// <summary>What a walk over the log found; no fault means that every line is the one that was written.</summary>
internal sealed record AuditVerdict(long Lines, long First, long Last, IReadOnlyList<string> Faults)
{
    public bool IsSound => Faults.Count == 0;
}
