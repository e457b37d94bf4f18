using CacheKeeper.Client;
using CacheKeeper.Optimization.Advice;

namespace CacheKeeper.Optimization.Changes;

/// <summary>What became of a change.</summary>
internal enum ChangeState
{
    /// <summary>Made, waiting for its verdict.</summary>
    OnTrial,

    /// <summary>It did what it promised; renewed by every run.</summary>
    Kept,

    /// <summary>Taken back by its verdict.</summary>
    Reverted,

    /// <summary>Taken back by a person.</summary>
    Undone,

    /// <summary>A later change of the same thing took its place.</summary>
    Superseded,
}

/// <summary>One change of lifetimes: what was promised, what stands meanwhile, and later what came.</summary>
/// <param name="Id">Such as <c>chg-20261124-0400-ttl:payments</c>.</param>
/// <param name="Subject">The recommendation's id.</param>
internal sealed record Change(string Id, string Project, string Run, string Subject, DateTimeOffset AppliedAt)
{
    public ChangeState State { get; init; } = ChangeState.OnTrial;

    public required string What { get; init; }

    public string Why { get; init; } = "";

    public required TtlDirective Directive { get; init; }

    /// <summary>The lifetime before it, for the comparison.</summary>
    public required double SecondsBefore { get; init; }

    public required Effect Promised { get; init; }

    public required DateTimeOffset JudgeAt { get; init; }

    /// <summary>Null until it is judged.</summary>
    public ChangeVerdict? Verdict { get; init; }

    /// <summary>Its blocks with and without it, when it is tried so; null when it simply stands.</summary>
    public SwitchbackTrial? Trial { get; init; }

    /// <summary>Its directive counts for the readers.</summary>
    public bool Stands(DateTimeOffset now) => State is ChangeState.OnTrial or ChangeState.Kept && Directive.Until > now && (State == ChangeState.Kept || Trial is null || Trial.IsOn(now));
}

/// <summary>What came of a change, beside what was promised.</summary>
/// <param name="ErrorPoints">How far off the promise was, in points of the hit ratio; null when nothing could be measured.</param>
internal sealed record ChangeVerdict(DateTimeOffset At, bool Keep, bool Helped, string Sentence, Effect Got, double? ErrorPoints);

/// <summary>Blocks of time that alternate: without the change, with it, with it, without it, and so on, so that a steady trend favours neither side.</summary>
internal sealed record SwitchbackTrial(DateTimeOffset Start, TimeSpan Block, int Blocks)
{
    public DateTimeOffset End => Start + (Block * Blocks);

    /// <summary>Which block a moment lies in; null outside of the trial.</summary>
    public int? BlockOf(DateTimeOffset at) => at < Start || at >= End ? null : (int)((at - Start) / Block);

    public bool IsOn(DateTimeOffset at) => BlockOf(at) is { } block && block % 4 is 1 or 2;
}
