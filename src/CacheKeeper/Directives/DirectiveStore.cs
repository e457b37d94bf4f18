using CacheKeeper.Client;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Directives;

/// <summary>
/// What the keeper tells the readers of one project's cache. The keeper's own state holds the document (it must be known when every tier is down);
/// PostgreSQL and Redis carry copies. A place that could not be told is remembered and told later (<see cref="CatchUpAsync"/>).
/// </summary>
internal sealed class DirectiveStore(StateStore state, IReadOnlyList<ITier> tiers, string project, DirectivePolicy policy, TimeProvider time)
{
    private const int Tries = 5;

    private readonly IReadOnlyList<IDirectivePlaceStore> _places = [.. tiers.Select(tier => PlaceOf(tier, policy)).OfType<IDirectivePlaceStore>()];

    /// <summary>The parts that count now.</summary>
    public async Task<DirectivesDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var known = await KeptAsync(cancellationToken) is { } kept ? DirectivesDocument.FromJson(kept.Document) : DirectiveMerge.Newest(await ReadPlacesAsync(cancellationToken));
        return (known ?? DirectivesDocument.Empty(project)).At(time.GetUtcNow());
    }

    /// <summary>Puts <paramref name="parts"/> in the place of everything that <paramref name="by"/> asked for before; the parts of others stay.</summary>
    /// <exception cref="KeeperException">Others wrote at the same time again and again.</exception>
    public async Task<DirectiveReceipt> ReplaceAsync(string by, DirectiveParts parts, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var kept = await KeptAsync(cancellationToken);
            var own = kept is null ? null : DirectivesDocument.FromJson(kept.Document);
            var standing = DirectiveMerge.Newest([own, .. await ReadPlacesAsync(cancellationToken)]) ?? DirectivesDocument.Empty(project);
            var next = DirectiveMerge.Replace(standing, by, parts, policy, time.GetUtcNow());
            if (await KeepAsync(kept?.Version, next, cancellationToken))
            {
                return new DirectiveReceipt(next, await PublishAsync(next, _places, cancellationToken));
            }
        }

        throw new KeeperException("The directives were changed by others at the same time, again and again.", "Try again in a moment.", ExitCode.Busy);
    }

    /// <summary>Tells the places that could not be told before; null when none is behind.</summary>
    public async Task<DirectiveReceipt?> CatchUpAsync(CancellationToken cancellationToken)
    {
        if (await KeptAsync(cancellationToken) is not { Missing.Length: > 0 } kept || DirectivesDocument.FromJson(kept.Document) is not { } document)
        {
            return null;
        }

        var behind = _places.Where(place => kept.Missing.Split(' ').Contains(place.Tier.Word())).ToList();
        return new DirectiveReceipt(document, await PublishAsync(document, behind, cancellationToken));
    }

    private static IDirectivePlaceStore? PlaceOf(ITier tier, DirectivePolicy policy) => tier switch
    {
        RedisTier redis => new RedisDirectiveStore(redis),
        PostgresTier postgres => new PostgresDirectiveStore(postgres, policy),
        _ => null,
    };

    private Task<Kept?> KeptAsync(CancellationToken cancellationToken) => state.FindAsync<Kept>(
        "SELECT version AS Version, document AS Document, missing AS Missing FROM directives WHERE project = @project", new { project }, cancellationToken);

    // Compare and set: of two writers, one finds its version gone and starts from what the other wrote.
    private async Task<bool> KeepAsync(long? before, DirectivesDocument next, CancellationToken cancellationToken)
    {
        var row = new { project, before, version = next.Version, document = next.ToJson(), missing = string.Join(' ', _places.Select(place => place.Tier.Word())), at = next.WrittenAt.ToUnixTimeMilliseconds() };
        return await state.ExecuteAsync(
            before is null
                ? "INSERT INTO directives (project, version, document, missing, written_at) VALUES (@project, @version, @document, @missing, @at) ON CONFLICT DO NOTHING"
                : "UPDATE directives SET version = @version, document = @document, missing = @missing, written_at = @at WHERE project = @project AND version = @before",
            row,
            cancellationToken) == 1;
    }

    private async Task<IReadOnlyList<DirectiveDelivery>> PublishAsync(DirectivesDocument document, IReadOnlyList<IDirectivePlaceStore> places, CancellationToken cancellationToken)
    {
        var empty = time.GetUtcNow() + policy.EmptyStays;
        var keepUntil = DirectiveMerge.LastEnd(document) is { } end && end > empty ? end : empty;
        var deliveries = await Task.WhenAll(places.Select(async place =>
        {
            var (_, error) = await BoundedAsync(place, async limit => await WriteAsync(place, document, keepUntil, limit), cancellationToken);
            return new DirectiveDelivery(place.Tier, error is null, error);
        }));
        await state.ExecuteAsync(
            "UPDATE directives SET missing = @missing WHERE project = @project AND version = @version",
            new { project, version = document.Version, missing = string.Join(' ', deliveries.Where(delivery => !delivery.Written).Select(delivery => delivery.Tier.Word())) },
            cancellationToken);
        return deliveries;
    }

    private async Task<IReadOnlyList<DirectivesDocument?>> ReadPlacesAsync(CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(_places.Select(async place => (await BoundedAsync(place, limit => place.ReadAsync(project, limit), cancellationToken)).Value));
        return [.. read.Where(document => document?.Project == project)];
    }

    private static async Task<bool> WriteAsync(IDirectivePlaceStore place, DirectivesDocument document, DateTimeOffset keepUntil, CancellationToken limit)
    {
        await place.WriteAsync(document, keepUntil, limit);
        return true;
    }

    // A place that is down or slow must not keep the other from being told.
    private async Task<(T? Value, string? Error)> BoundedAsync<T>(IDirectivePlaceStore place, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(policy.Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return (await work(stop.Token), null);
        }
        catch (TierException e)
        {
            return (default, e.Cause);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, $"{place.Tier.Title()} did not answer within {policy.Patience.TotalSeconds:0.#} s");
        }
    }

    private sealed class Kept
    {
        public long Version { get; set; }
        public string Document { get; set; } = "";
        public string Missing { get; set; } = "";
    }
}
