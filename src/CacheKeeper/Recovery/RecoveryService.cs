using CacheKeeper.Directives;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Recovery;

/// <summary>
/// Recovery of one project: looks, plans each issue's next step, records it before it acts, acts under one lease an issue, and keeps the readers'
/// directives as the open incidents ask. Repairs run beside the looks, so that a long one holds nothing else up.
/// </summary>
internal sealed class RecoveryService(RecoveryParts parts, RecoveryPolicy policy, string project, TimeProvider time)
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromDays(1);

    private readonly Dictionary<IssueKey, Task> _repairing = [];
    private DirectiveParts? _told;
    private DateTimeOffset _tidied;

    /// <summary>One look. Returns what it came to, for tests and for deciding when to look again.</summary>
    public async Task<RecoveryLook> LookAsync(CancellationToken cancellationToken)
    {
        var open = (await parts.Incidents.OpenAsync(project, cancellationToken)).ToDictionary(incident => incident.Key);
        var now = time.GetUtcNow();
        var resting = open.Values.Where(incident => incident.Key is { Kind: IssueKind.QuotaOrRateLimited } && incident.Phase != IncidentPhase.Verifying && incident.NextAt > now).Select(incident => incident.Key.Tier!.Value).ToHashSet();
        var seen = await parts.Look.LookAsync(project, resting, cancellationToken) with { Freeze = await parts.Freezes.FindAsync(now, cancellationToken) };
        var closed = await parts.Incidents.ClosedAsync(project, seen.At - policy.ReturnsWithin, cancellationToken);
        foreach (var issue in parts.Issues)
        {
            foreach (var symptom in issue.Detect(seen, policy).Where(symptom => !IsRepairing(symptom.Key)))
            {
                var last = closed.FirstOrDefault(incident => incident.Key == symptom.Key);
                if (RecoveryPlanner.Plan(issue, symptom, open.GetValueOrDefault(symptom.Key), last, NewId(symptom.Key), seen, policy) is { } step && await CarryOutAsync(step, open, cancellationToken) is { } after)
                {
                    open[symptom.Key] = after;
                }
            }
        }

        var standing = open.Values.Where(incident => incident.IsOpen).ToList();
        await DirectAsync(standing, seen, cancellationToken);
        await TidyAsync(seen.At, cancellationToken);
        return new RecoveryLook(seen, standing);
    }

    /// <summary>Waits until no repair runs.</summary>
    public Task SettleAsync() => Task.WhenAll(_repairing.Values.ToList());

    private static string NewId(IssueKey key) => $"{key.Word}-{Guid.NewGuid():N}"[..(key.Word.Length + 9)];

    private bool IsRepairing(IssueKey key) => _repairing.TryGetValue(key, out var task) && !task.IsCompleted;

    // Written first: a crash in the middle of a repair has it on the timeline as tried, and counts it.
    private async Task<Incident?> CarryOutAsync(RecoveryStep step, Dictionary<IssueKey, Incident> open, CancellationToken cancellationToken)
    {
        if (!step.IsChange(open.GetValueOrDefault(step.Incident.Key)))
        {
            return null;
        }

        var (held, _) = await LeaseRunner.TakeAsync(parts.Leases, [$"{project}/issue:{step.Incident.Key}"], $"{parts.Node}/{Guid.NewGuid():N}", parts.Lease, time, cancellationToken);
        if (held is null)
        {
            return null;
        }

        var saved = await parts.Incidents.SaveAsync(project, step.Incident, step.Events, cancellationToken);
        if (saved is null || step.Repairs.Count == 0)
        {
            await held.DisposeAsync();
            return saved;
        }

        foreach (var line in step.Events)
        {
            parts.Log.LogInformation("{Issue} of {Project}: {Sentence}", saved.Key, project, line.Sentence);
        }

        _repairing[saved.Key] = RepairAsync(saved, step.Repairs, held, cancellationToken);
        return saved;
    }

    private async Task RepairAsync(Incident incident, IReadOnlyList<Repair> repairs, LeaseRunner held, CancellationToken cancellationToken)
    {
        await using (held)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
            try
            {
                foreach (var repair in repairs)
                {
                    var outcome = await parts.Repairs.RunAsync(repair, stop.Token);
                    await parts.Incidents.AppendAsync(project, incident.Id, [new IncidentEvent(time.GetUtcNow(), IncidentEventKind.Result, outcome)], CancellationToken.None);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                parts.Log.LogError(e, "A repair of {Issue} failed", incident.Key);
            }
            catch (OperationCanceledException)
            {
                // The keeper ends, or another took over: the next look plans anew.
            }
        }
    }

    private async Task DirectAsync(IReadOnlyList<Incident> open, RecoverySnapshot seen, CancellationToken cancellationToken)
    {
        if (seen.Freeze is not null)
        {
            return;
        }

        var wanted = StandingParts.Of(open, [.. seen.Tiers.Keys], seen.At);
        if (_told is { } told && told.LeaveOut.SequenceEqual(wanted.LeaveOut) && told.Ttl.SequenceEqual(wanted.Ttl))
        {
            await parts.Directives.CatchUpAsync(cancellationToken);
            return;
        }

        var receipt = await parts.Directives.ReplaceAsync(By, wanted, cancellationToken);
        _told = wanted;
        foreach (var incident in open.Where(incident => incident.LeaveOut.Count + incident.Ttl.Count > 0))
        {
            await parts.Incidents.AppendAsync(project, incident.Id, [new IncidentEvent(seen.At, IncidentEventKind.Result, receipt.Sentence)], cancellationToken);
        }
    }

    private async Task TidyAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - _tidied >= TidyEvery)
        {
            await parts.Incidents.ForgetAsync(project, now - policy.KeepIncidents, cancellationToken);
            _tidied = now;
        }
    }

    /// <summary>How recovery's parts of the directives are signed.</summary>
    public const string By = "recovery";
}

/// <summary>What one look saw, and what is open after it.</summary>
internal sealed record RecoveryLook(RecoverySnapshot Seen, IReadOnlyList<Incident> Open)
{
    /// <summary>Something is wrong, or may be: look closely.</summary>
    public bool IsUneasy => Open.Any(incident => incident.Phase is not (IncidentPhase.Escalated or IncidentPhase.Ineffective)) || Seen.Tiers.Values.Any(sight => sight.Latest.Health != sight.Settled);
}

/// <summary>What recovery works with.</summary>
internal sealed record RecoveryParts
{
    public required IReadOnlyList<IIssue> Issues { get; init; }
    public required RecoveryLookService Look { get; init; }
    public required IncidentStore Incidents { get; init; }
    public required DirectiveStore Directives { get; init; }
    public required FreezeStore Freezes { get; init; }
    public required LeaseStore Leases { get; init; }
    public required TimeSpan Lease { get; init; }
    public required RepairRunner Repairs { get; init; }
    public required string Node { get; init; }
    public required ILogger Log { get; init; }
}
