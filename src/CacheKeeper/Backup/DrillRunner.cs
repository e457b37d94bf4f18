using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>Restores a restore point into scratch places beside the real ones and compares: the proof that it restores.</summary>
internal sealed class DrillRunner(RepositoryHost repository, BackupParts parts, JobContext context)
{
    public async Task<DrillReport> RunAsync(RestorePoint point, CancellationToken cancellationToken)
    {
        var (outcomes, missing) = (new List<DrillOutcome>(), new List<string>());
        foreach (var part in point.Parts)
        {
            if (part.State != PartState.Complete || parts.Tier(part.Tier) is not { } tier)
            {
                missing.Add(part.State == PartState.Complete ? $"{BackupText.Title(part.Tier)} is not configured here." : $"{BackupText.Title(part.Tier)} is not whole in this backup.");
                continue;
            }

            var place = outcomes.Count;
            try
            {
                outcomes.Add(await tier.DrillAsync(Work(point, part, place), cancellationToken));
            }
            catch (TierException e)
            {
                missing.Add($"{e.Message}. {e.Hint}".TrimEnd());
            }
        }

        var report = new DrillReport(point.Id, outcomes, missing);
        if (report.Proven)
        {
            await repository.Records.MarkProvenAsync(point.Id, context.StartedAt, cancellationToken);
        }

        return report;
    }

    private RestoreWork Work(RestorePoint point, TierPart part, int place) => new()
    {
        Scope = new TierScope(point.Project),
        Point = point.Id,
        Part = part,
        Lines = token => LayerReaderService.ReadAsync(repository.Chunks, part, token),
        Aim = RestoreAim.PutBack,
        Now = context.StartedAt,
        Progress = done => context.Progress((place + (part.Entries == 0 ? 1 : (double)done / part.Entries)) / point.Parts.Count, $"Drill, {BackupText.Title(part.Tier)}: {done:N0} of {part.Entries:N0}"),
    };
}

/// <summary>What a drill proved.</summary>
internal sealed record DrillReport(string Point, IReadOnlyList<DrillOutcome> Outcomes, IReadOnlyList<string> Missing)
{
    /// <summary>Every part was restored and came back equal.</summary>
    public bool Proven => Outcomes.Count > 0 && Missing.Count == 0 && Outcomes.All(outcome => outcome.Differences == 0);

    /// <summary>Nothing came back otherwise, but not everything could be tried.</summary>
    public bool Incomparable => !Proven && Outcomes.All(outcome => outcome.Differences == 0);

    public string Reason
    {
        get
        {
            var tried = Outcomes.Select(outcome => $"{outcome.Entries:N0} {BackupText.Unit(outcome.Tier)} in {outcome.Where}: {(outcome.Differences == 0 ? "all equal" : $"{outcome.Differences:N0} came back otherwise")}");
            var verdict = Proven ? $"{Point} is proven restorable" : $"{Point} is not proven";
            return string.Join(" ", [$"{verdict}: {string.Join("; ", tried)}.", .. Outcomes.SelectMany(outcome => outcome.Remarks), .. Missing]);
        }
    }
}
