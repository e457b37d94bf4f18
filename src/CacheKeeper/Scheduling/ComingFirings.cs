namespace CacheKeeper.Scheduling;

/// <summary>A time to come. <paramref name="Remark"/> says what is already known to become of it; empty for nothing special.</summary>
internal sealed record ComingFiring(ScheduledJob Job, DateTimeOffset ScheduledAt, DateTimeOffset StartsAt, string Remark);

/// <summary>Lists the times to come over all jobs, in order, without end.</summary>
internal static class ComingFirings
{
    public static IEnumerable<ComingFiring> Of(
        IReadOnlyList<ScheduledJob> timetable,
        IReadOnlyDictionary<string, Rhythm> rhythms,
        IReadOnlyDictionary<string, MovedStart> moves,
        IReadOnlyDictionary<string, Pause> pauses,
        SchedulingPolicy policy,
        DateTimeOffset now)
    {
        var lines = timetable.Select(job => new JobLine(job, now) { Rhythm = rhythms.GetValueOrDefault(job.Name), Moved = moves.GetValueOrDefault(job.Name) }).ToList();
        var facts = new FiringFacts(timetable, pauses);
        while (lines.Where(line => line.Wake is not null).MinBy(line => line.Wake) is { } line)
        {
            var (start, time) = (line.Wake!.Value, line.Next!.Value);
            line.TakeDue(start, DateTimeOffset.MinValue);
            var verdict = FiringJudge.Judge(new Firing(line.Job.Name, time, RunTrigger.Schedule), facts, policy with { WaiveBackup = true }, start);
            yield return new ComingFiring(line.Job, time, start, verdict.Step == FiringStep.Skip ? verdict.Reason : line.Job.Definition.WaitsFor is { } first && !policy.WaiveBackup ? $"after the day's {first}" : "");
        }
    }
}
