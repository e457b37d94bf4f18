using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>
/// Restores a restore point. In this order: choose; read all of it, so that a damaged one writes nothing; preview; guards; copy what stands now; write, the
/// record first. A restore that was cut off is repeated: what is back already is left as it is.
/// </summary>
internal sealed class RestoreJob(BackupParts parts, RestoreRequest request) : IJob
{
    public string Name => "restore";

    public IReadOnlyList<string> Resources => request.Folder is not null ? [] : [BackupParts.Resource, .. parts.Tiers.Select(tier => tier.Resource).OfType<string>()];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var repository = await parts.OpenAsync(create: false, cancellationToken);
        var point = PointChoice.Choose(await repository.Points.ListAsync(cancellationToken), request.Point, request.At);
        var wanted = Wanted(point);
        if (request.Folder is { } folder)
        {
            foreach (var part in wanted)
            {
                context.Progress(0.05, $"{BackupText.Title(part.Tier)}: checking the backup");
                await new ProvenReadService(repository.Chunks, part).CheckAsync(cancellationToken);
            }

            return await new ExtractRunner(folder).RunAsync(point, [.. wanted.Select(part => (part, Work(repository, point, part, context)))], context.DryRun, cancellationToken);
        }

        var plan = new Dictionary<string, RestoreTally>();
        var unread = await FillsAtOnceAsync(repository, point, wanted[0], context, cancellationToken) ? wanted[0] : null;
        foreach (var part in wanted)
        {
            context.Progress(0.2, $"{BackupText.Title(part.Tier)}: comparing with what stands now");
            plan[part.Tier] = part == unread ? new RestoreTally { Added = part.Entries } : await PreviewAsync(repository, point, part, context, cancellationToken);
        }

        var result = new JobResult(RunOutcome.DryRun, Told(point, plan, would: true)) { Plan = Document(point, plan), Counts = Counts(plan) };
        if (context.DryRun)
        {
            return result;
        }

        var refusals = await RefusalsAsync(point, wanted, plan, cancellationToken);
        return refusals.Count > 0
            ? result with { Outcome = RunOutcome.Refused, Reason = string.Join(" ", refusals) }
            : await ApplyAsync(repository, point, wanted, plan, unread, result, context, cancellationToken);
    }

    private List<TierPart> Wanted(RestorePoint point)
    {
        var named = point.Parts.Where(IsNamed).ToList();
        if (named.FirstOrDefault(part => part.State == PartState.Failed && request.Tiers.Contains(part.Tier)) is { } failed)
        {
            throw new KeeperException($"{point.Id} does not hold {BackupText.Title(failed.Tier)}: {failed.Reason}", "Choose another: 'cachekeeper backup list'.");
        }

        // Dictionaries before the values that need them; then the record: rows tell which keys are ours.
        string[] order = [DictionaryCopyTier.Word, "postgresql", "upstash", "mem0", "state"];
        var wanted = named.Where(part => part.State != PartState.Failed && (request.Folder is not null || parts.Tier(part.Tier) is not null)).OrderBy(part => Array.IndexOf(order, part.Tier)).ToList();
        return wanted.Count > 0 ? wanted : throw KeeperException.Usage($"{point.Id} holds nothing of what was asked for.", "'cachekeeper backup list' shows what each holds.");
    }

    private bool IsNamed(TierPart part) => part.Tier switch
    {
        DictionaryCopyTier.Word => request.Tiers.Count == 0 || request.Tiers.Any(BackupRequest.HoldsValues),
        StateCopyTier.Word when request.Tiers.Count == 0 => request.Folder is not null,
        _ => request.Tiers.Count == 0 || request.Tiers.Contains(part.Tier),
    };

    // The first one written, filled whole or not at all where nothing stands: there is nothing to compare with, and what is damaged is noticed before it counts.
    private async Task<bool> FillsAtOnceAsync(RepositoryHost repository, RestorePoint point, TierPart first, JobContext context, CancellationToken cancellationToken) =>
        !context.DryRun && await parts.Tier(first.Tier)!.FillsAtOnceAsync(Work(repository, point, first, context), cancellationToken);

    private Task<RestoreTally> PreviewAsync(RepositoryHost repository, RestorePoint point, TierPart part, JobContext context, CancellationToken cancellationToken) =>
        new ProvenReadService(repository.Chunks, part).PreviewAsync(
            lines => parts.Tier(part.Tier)!.PreviewAsync(Work(repository, point, part, context) with { Lines = token => Filtered(lines(token), point, part, token), Progress = _ => { } }, cancellationToken),
            cancellationToken);

    private Task<RestoreTally> RestoreAsync(RepositoryHost repository, RestorePoint point, TierPart part, bool isProven, PlannedRestore planned, JobContext context, CancellationToken cancellationToken)
    {
        var work = Work(repository, point, part, context) with { Safety = SafetyOf(repository, part, planned) };
        return isProven ? parts.Tier(part.Tier)!.RestoreAsync(work, cancellationToken)
            : new ProvenReadService(repository.Chunks, part).FillAsync(lines => parts.Tier(part.Tier)!.RestoreAsync(work with { Lines = token => Filtered(lines(token), point, part, token) }, cancellationToken));
    }

    // Where the look found nothing to replace or remove, whatever differs at the writing came since, and nobody has a copy of it.
    private static SafetyLines? SafetyOf(RepositoryHost repository, TierPart part, PlannedRestore planned) =>
        planned.Tally.Replaced + planned.Tally.Removed == 0 ? SafetyLines.None(part)
            : planned.Safety is { } safe ? new SafetyLines(safe, token => LayerReaderService.ReadAsync(repository.Chunks, safe, token))
            : null;

    private async Task<IReadOnlyList<string>> RefusalsAsync(RestorePoint point, IReadOnlyList<TierPart> wanted, Dictionary<string, RestoreTally> plan, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        foreach (var part in wanted)
        {
            var (tally, title) = (plan[part.Tier], BackupText.Title(part.Tier));
            if (request.Aim == RestoreAim.Exact && part.State == PartState.Partial)
            {
                refusals.Add($"Refused by guard 'partial-backup': {title} is only partial in {point.Id}, so what it lacks is no reason to remove anything (leave --exact out).");
            }

            if (tally.Removed > tally.Standing * (request.AllowShare ?? parts.Policy.MaxShare))
            {
                refusals.Add($"Refused by guard 'share': {tally.Removed:N0} of {tally.Standing:N0} entries of {title} came since the backup and would be removed (override: --allow-share 100%, or leave --exact out).");
            }

            if (part.Identity is not null && !request.AllowOtherDatabase && await IdentityAsync(part.Tier, cancellationToken) is { } now && now != part.Identity)
            {
                refusals.Add($"Refused by guard 'other-database': {title} was backed up from {part.Identity} and {now} answers (override: --allow-other-database).");
            }
        }

        return refusals;
    }

    private async Task<string?> IdentityAsync(string tier, CancellationToken cancellationToken) =>
        parts.Tier(tier) is PostgresCopyTier postgres ? await postgres.IdentityAsync(cancellationToken) : null;

    private async Task<JobResult> ApplyAsync(RepositoryHost repository, RestorePoint point, List<TierPart> wanted, Dictionary<string, RestoreTally> plan, TierPart? unread, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        var safety = await SafetyCopyAsync(repository, plan, context, cancellationToken);
        var done = new Dictionary<string, RestoreTally>();
        var errors = new List<string>();
        foreach (var part in wanted)
        {
            try
            {
                await context.ProveAsync(cancellationToken);
                done[part.Tier] = await RestoreAsync(repository, point, part, part != unread, new PlannedRestore(plan[part.Tier], safety?.Part(part.Tier)), context, cancellationToken);
            }
            catch (TierException e)
            {
                errors.Add($"{e.Message}. {e.Hint}".TrimEnd());
            }
        }

        var told = Told(point, done, would: false) + (safety is null ? "" : $" What stood before is in {safety.Id}.");
        return result with
        {
            Outcome = errors.Count == 0 ? RunOutcome.Done : done.Count == 0 ? RunOutcome.Failed : RunOutcome.Degraded,
            Reason = string.Join(" ", errors.Prepend(told)),
            Counts = Counts(done),
            Expected = Counts(plan),
            Actual = new JsonObject { ["point"] = point.Id, ["safety_copy"] = safety?.Id },
        };
    }

    // Only where something stands: an empty tier has nothing to keep safe.
    private async Task<RestorePoint?> SafetyCopyAsync(RepositoryHost repository, Dictionary<string, RestoreTally> plan, JobContext context, CancellationToken cancellationToken)
    {
        var standing = plan.Where(pair => pair.Value.Standing > 0).Select(pair => pair.Key).ToList();
        if (request.WithoutSafetyCopy || standing.Count == 0 || plan.Values.All(tally => tally.Replaced + tally.Removed + tally.Added == 0))
        {
            return null;
        }

        var made = await parts.Runner(repository).RunAsync(
            new BackupRequest { Kind = PointKind.SafetyCopy, Tiers = standing }, context.Project, context.Run, (share, text) => context.Progress(0.3 + (share * 0.3), "Safety copy, " + text), cancellationToken);
        return made.Point.IsComplete
            ? made.Point
            : throw new KeeperException($"Refused by guard 'safety-copy': what stands now could not be copied whole. {string.Join(" ", made.Point.Parts.Select(part => part.Reason))}", "--without-safety-copy restores all the same.", ExitCode.Refused);
    }

    private RestoreWork Work(RepositoryHost repository, RestorePoint point, TierPart part, JobContext context) => new()
    {
        Scope = new TierScope(point.Project, request.Category),
        Point = point.Id,
        Part = part,
        Lines = token => Filtered(LayerReaderService.ReadAsync(repository.Chunks, part, token), point, part, token),
        Aim = request.Aim,
        ReadersMayWait = request.ReadersMayWait,
        Now = context.StartedAt,
        Progress = done => context.Progress(0.6 + (0.4 * done / Math.Max(1, part.Entries)), $"{BackupText.Title(part.Tier)}: {done:N0} of {part.Entries:N0}"),
        ProveAsync = token => context.ProveAsync(token),
        RememberAsync = (ids, token) => repository.Records.RememberMemoriesAsync(point.Project, point.Id, ids, context.StartedAt, token),
    };

    private IAsyncEnumerable<ReadOnlyMemory<byte>> Filtered(IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, RestorePoint point, TierPart part, CancellationToken cancellationToken) =>
        LineFilterService.OfCategory(blocks, request.Category == point.Category ? null : request.Category, FactsOf(part), cancellationToken);

    // Also for a tier that is not configured here: taking out into files needs none.
    private LineFactsReader? FactsOf(TierPart part) => part.Tier switch
    {
        "postgresql" => parts.Tier(part.Tier)?.FactsOf(part) ?? LineFactsReaders.Rows(part.Table!, ExpiryClock.Created),
        "upstash" => LineFactsReaders.Key,
        "mem0" => LineFactsReaders.Memory,
        _ => null,
    };

    private static string Told(RestorePoint point, Dictionary<string, RestoreTally> tallies, bool would) => string.Join(
        " ",
        [$"{(would ? "Would restore" : "Restored")} {point.Id} of {point.StartedAt:yyyy-MM-dd HH:mm}Z.", .. tallies.Select(pair => BackupText.Tally(pair.Key, pair.Value, would)), .. tallies.Values.SelectMany(tally => tally.Remarks).Distinct()]);

    private static JsonObject Document(RestorePoint point, Dictionary<string, RestoreTally> plan) => new()
    {
        ["point"] = point.Id,
        ["begun_at"] = point.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"),
        ["tiers"] = Counts(plan),
    };

    private static JsonObject Counts(Dictionary<string, RestoreTally> tallies) =>
        new(tallies.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, JsonSerializer.SerializeToNode(pair.Value, StateJson.Options))));

    /// <param name="Tally">What the look found.</param>
    /// <param name="Safety">The tier in the safety copy; null when none was made of it.</param>
    private sealed record PlannedRestore(RestoreTally Tally, TierPart? Safety);
}
