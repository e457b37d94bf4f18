namespace CacheKeeper.Scheduling;

/// <summary>One job in the running scheduler: its next time, and the firings that wait.</summary>
internal sealed class JobLine(ScheduledJob job, DateTimeOffset from)
{
    private readonly List<Firing> _waiting = [];
    private Rhythm? _rhythm;
    private DateTimeOffset _handed = from;

    public ScheduledJob Job { get; } = job;

    /// <summary>The next time not yet handed out; null when there is none.</summary>
    public DateTimeOffset? Next { get; private set; } = job.Fires ? job.Schedule.Next(from) : null;

    /// <summary>Since when it runs on this node; null when it does not.</summary>
    public DateTimeOffset? RunningSince { get; set; }

    /// <summary>The firing that waits in front; null when none does.</summary>
    public Firing? Head => _waiting.Count > 0 ? _waiting[0] : null;

    public bool IsIdle => RunningSince is null && Head is null;

    /// <summary>A firing that found its job or tier taken is not tried again before this.</summary>
    public DateTimeOffset NotBefore { get; set; }

    public MovedStart? Moved { get; set; }

    /// <summary>The adapted interval; null while the timetable's holds.</summary>
    public Rhythm? Rhythm
    {
        get => _rhythm;
        set
        {
            if (value != _rhythm)
            {
                _rhythm = value;
                Next = After(_handed);
            }
        }
    }

    /// <summary>When the run of a time starts: moved into a quiet time, or later by its jitter.</summary>
    public DateTimeOffset StartOf(DateTimeOffset time) => Moved?.ScheduledAt == time ? Moved.Start : time + Job.Delay;

    /// <summary>When the scheduler must look at this line again; null for never.</summary>
    public DateTimeOffset? Wake => Next is { } next ? StartOf(next) : null;

    /// <summary>Hands out the times that are due, each once, oldest first.</summary>
    /// <param name="from">Times before this are not looked for: a clock that was set years ahead makes no years of times.</param>
    public IReadOnlyList<DateTimeOffset> TakeDue(DateTimeOffset now, DateTimeOffset from)
    {
        if (Next < from)
        {
            Next = After(from);
        }

        var due = new List<DateTimeOffset>();
        while (Next is { } next && StartOf(next) <= now)
        {
            due.Add(next);
            _handed = next;
            Next = After(next);
        }

        return due;
    }

    /// <summary>Goes back to what comes after <paramref name="now"/>: the clock was set back.</summary>
    public void SetBack(DateTimeOffset now)
    {
        _handed = now;
        Next = After(now);
        NotBefore = now;
    }

    /// <summary>Puts a firing last in the line.</summary>
    /// <returns>A firing that gives way to it, or itself: at most one of the timetable waits.</returns>
    public Firing? Add(Firing firing)
    {
        if (firing.Trigger != RunTrigger.Schedule)
        {
            _waiting.Add(firing);
            return null;
        }

        var older = _waiting.FindIndex(one => one.Trigger == RunTrigger.Schedule);
        if (older < 0)
        {
            _waiting.Add(firing);
            return null;
        }

        // While a run is under way the one that waits keeps its place; otherwise it waited for something else until its successor came.
        if (RunningSince is not null)
        {
            return firing with { SkipReason = "One run waits already." };
        }

        var left = _waiting[older] with { SkipReason = "It still waited when the next was due." };
        _waiting.RemoveAt(older);
        _waiting.Add(firing);
        return left;
    }

    public void Drop(Firing firing) => _waiting.Remove(firing);

    private DateTimeOffset? After(DateTimeOffset time) => !Job.Fires ? null
        : _rhythm is { IsAdapted: true } rhythm ? AdaptiveInterval.NextRun(rhythm.Anchor, rhythm.Interval, time)
        : Job.Schedule.Next(time);
}
