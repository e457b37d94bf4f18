using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Removals under way, ended in the order in which they were begun; the first failure is thrown after all others have been told of too.</summary>
internal sealed class RemovalsRunner(Func<IReadOnlyList<Selection>, RemovalOutcome, CancellationToken, Task> ended)
{
    private readonly Queue<(IReadOnlyList<Selection> Batch, Task<RemovalOutcome> Removal)> _underWay = [];

    public void Begin(IReadOnlyList<Selection> batch, Task<RemovalOutcome> removal) => _underWay.Enqueue((batch, removal));

    /// <summary>Waits until at most so many are under way.</summary>
    public async Task EndAsync(int most, CancellationToken cancellationToken)
    {
        Task? failed = null;
        while (_underWay.Count > (failed is null ? most : 0))
        {
            var (batch, removal) = _underWay.Dequeue();
            await Task.WhenAny(removal);
            if (removal.IsCompletedSuccessfully)
            {
                await ended(batch, await removal, cancellationToken);
            }
            else
            {
                failed ??= removal;
            }
        }

        if (failed is not null)
        {
            await failed;
        }
    }
}
