namespace CacheKeeper.Scheduling;

/// <summary>
/// Notices when the clock is set back. What was recorded under a later reading stays recorded; times that come a second time get their own row, a
/// millisecond beside the first, so that no job falls silent until the clock has caught up.
/// </summary>
internal sealed class SetBacks
{
    // Clocks are slewed and stepped by less than this all the time.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    private readonly List<DateTimeOffset> _until = [];
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    /// <summary>Takes the clock's reading.</summary>
    /// <returns>Whether it lies before what was read, or recorded, already.</returns>
    public bool Read(DateTimeOffset now)
    {
        var back = _latest - now > Jitter;
        if (back)
        {
            _until.Add(_latest);
        }

        _latest = now > _latest || back ? now : _latest;
        return back;
    }

    /// <summary>Something was recorded at this reading of the clock, by this process or one before it.</summary>
    public void Recorded(DateTimeOffset at) => _latest = at > _latest ? at : _latest;

    /// <summary>The name under which a time stands in the ledger when it comes again.</summary>
    public DateTimeOffset NameOf(DateTimeOffset time) => time.AddMilliseconds(_until.Count(until => time <= until));
}
