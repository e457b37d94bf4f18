using CacheKeeper.Client;
using CacheKeeper.Directives;
using CacheKeeper.Metrics;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.History;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization;

/// <summary>Looks at everything that the rules need; what cannot be seen is told, and the rest is looked at all the same.</summary>
internal sealed class OptimizerLookService(IReadOnlyList<ITier> tiers, NoteStore notes, ChangeStore changes, DirectiveStore directives, OptimizerPolicy policy, string project, string cacheTable)
{
    /// <summary>Why no lifetime is advised from the rows alone.</summary>
    internal const string RowsTellTooLittle =
        "Rows alone (access_count, accessed_at, created_at) tell how often an answer was used and when last, not when it was asked for in between nor after its end: what another lifetime would have answered cannot be told from them, so lifetimes stay as they are.";

    /// <summary>The access log alone.</summary>
    public async Task<AccessHistory?> HistoryAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await new HistoryService(tiers, project, policy).ReadAsync(await OwnDirectivesAsync(cancellationToken), now, cancellationToken);

    /// <param name="remember">False for an analysis that changes nothing, not even what the keeper knows of indexes.</param>
    public async Task<AdviceInputs> LookAsync(DateTimeOffset now, bool remember, CancellationToken cancellationToken)
    {
        var unseen = new List<string>();
        var known = await changes.ListAsync(cancellationToken);
        var own = await OwnDirectivesAsync(cancellationToken);
        var postgres = tiers.OfType<PostgresTier>().FirstOrDefault();
        var history = await SeenAsync(() => new HistoryService(tiers, project, policy).ReadAsync(own, now, cancellationToken), unseen);
        if (history is null && unseen.Count == 0)
        {
            unseen.Add(postgres is null
                ? "PostgreSQL is not configured: there is no access log to learn from."
                : "No lookup was logged: a gateway that reads through CacheKeeper.Client writes the access log (docs/client.md). " + RowsTellTooLittle);
        }

        return new AdviceInputs(project, now, policy)
        {
            History = history,
            Tiers = [.. tiers.Select(tier => tier.Name)],
            Directives = own,
            Counters = postgres is null ? null : await SeenAsync(() => ClientCounterStore.ReadAsync(postgres, project, now, cancellationToken), unseen),
            Snapshots = postgres is null || await SeenAsync(async () => (TierSnapshot?)await postgres.LookAsync(new TierScope(project), now, cancellationToken), unseen) is not { } snapshot ? [] : [snapshot],
            Database = postgres is null ? null : await SeenAsync(async () => (DatabaseFacts?)await new IndexStore(postgres, notes, project).ReadAsync(now, remember, cancellationToken), unseen),
            CacheTable = cacheTable.Split('.')[^1],
            AWeekAgo = ChangeTrail.AWeekAgo(known, category => history?.Groups.Where(group => group.Category == category).Select(group => group.Agent) ?? [], now),
            OnTrial = ChangeTrail.OnTrial(known),
            Unseen = [.. unseen.Distinct()],
        };
    }

    // What recovery holds longer for an hour is not how long answers live.
    private async Task<DirectivesDocument> OwnDirectivesAsync(CancellationToken cancellationToken)
    {
        var document = await directives.ReadAsync(cancellationToken);
        return document with { Ttl = [.. document.Ttl.Where(part => part.By == OptimizerNames.Writer)], LeaveOut = [] };
    }

    private static async Task<T?> SeenAsync<T>(Func<Task<T?>> look, List<string> unseen)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (TierException e)
        {
            unseen.Add(e.Message + (e.Hint.Length > 0 ? ". " + e.Hint : "."));
            return null;
        }
    }
}
