namespace CacheKeeper.Optimization.Changes;

/// <summary>How well the optimizer has predicted so far: its own record, shown beside every promise.</summary>
internal sealed record TrackRecord(int Judged, int Helped, int TakenBack, double? MedianErrorPoints, int Within)
{
    public static TrackRecord Of(IEnumerable<Change> changes)
    {
        var judged = changes.Where(change => change.Verdict is not null).ToList();
        var errors = judged.Select(change => change.Verdict!.ErrorPoints).OfType<double>().Order().ToList();
        return new(
            judged.Count,
            judged.Count(change => change.Verdict!.Helped),
            judged.Count(change => !change.Verdict!.Keep),
            errors.Count == 0 ? null : (errors[(errors.Count - 1) / 2] + errors[errors.Count / 2]) / 2,
            judged.Count(change => change.Promised.GroupHitRatio is { } promised && change.Verdict!.Got.GroupHitRatio is { } got && promised.Holds(got.Value)));
    }

    public string Sentence => Judged == 0
        ? "No change has been judged yet."
        : $"Of {Judged} change{(Judged == 1 ? "" : "s")} judged, {Helped} helped and {TakenBack} {(TakenBack == 1 ? "was" : "were")} taken back"
            + (MedianErrorPoints is { } error ? $"; median error {error:0.0} points, {Within} within the promised interval." : ".");
}
