namespace CacheKeeper.Scheduling;

/// <summary>Holds leases while work runs: renews them in the background, and proves before each destructive step that they are still held.</summary>
internal sealed class LeaseRunner : IAsyncDisposable
{
    private readonly LeaseStore _leases;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ITimer _timer;
    private IReadOnlyList<Lease> _held;
    private long? _renewedAt;

    /// <summary>Keeps leases that were taken.</summary>
    public LeaseRunner(LeaseStore leases, IReadOnlyList<Lease> held, TimeSpan duration, TimeProvider time)
    {
        (_leases, _held, _duration, _time) = (leases, held, duration, time);
        _timer = time.CreateTimer(_ => _ = RenewQuietlyAsync(), null, duration / 3, duration / 3);
    }

    /// <summary>Cancelled when a lease was lost: the work must stop, another may run.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes all leases in order, or none.</summary>
    /// <returns>Null with the holder's name when one is taken.</returns>
    public static async Task<(LeaseRunner? Held, string? Holder)> TakeAsync(
        LeaseStore leases, IReadOnlyList<string> names, string owner, TimeSpan duration, TimeProvider time, CancellationToken cancellationToken)
    {
        var (held, taken) = await leases.State.InTransactionAsync(
            (connection, transaction) => leases.AcquireAllInAsync(connection, transaction, names, owner, duration), cancellationToken);
        return taken is null
            ? (new LeaseRunner(leases, held, duration, time), null)
            : (null, $"{await leases.HolderAsync(taken, cancellationToken) ?? "another run"} ({taken})");
    }

    /// <summary>Stops renewing and hands the leases over, to be released together with something else.</summary>
    public async Task<IReadOnlyList<Lease>> GiveUpAsync()
    {
        await _timer.DisposeAsync();
        await _gate.WaitAsync();
        var held = _held;
        _held = [];
        _gate.Release();
        return held;
    }

    /// <summary>Destructive steps call it first and act only before the returned deadline. Renews every lease, unless that was done a moment ago.</summary>
    /// <remarks>A renewal is a durable write for each lease: once in an eighth of their duration is enough, the deadline is as true as before.</remarks>
    /// <exception cref="LeaseLostException">A lease is no longer ours.</exception>
    public async Task<DateTimeOffset> ProveAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_held.Count > 0 && _renewedAt is { } at && _time.GetElapsedTime(at) < _duration / 8)
            {
                return _held.Min(lease => lease.ExpiresAt);
            }

            var begun = _time.GetTimestamp();
            var renewed = new List<Lease>(_held.Count);
            foreach (var lease in _held)
            {
                renewed.Add(await _leases.RenewAsync(lease, _duration, cancellationToken) ?? throw new LeaseLostException(lease.Name));
            }

            (_held, _renewedAt) = (renewed, begun);
            return renewed.Count == 0 ? _time.GetUtcNow() + _duration : renewed.Min(lease => lease.ExpiresAt);
        }
        catch (LeaseLostException)
        {
            await _lost.CancelAsync();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var held = await GiveUpAsync();
        if (held.Count > 0)
        {
            await _leases.ReleaseAsync(held, CancellationToken.None);
        }

        _lost.Dispose();
        _gate.Dispose();
    }

    // A failed renewal is not yet a lost lease: the next one, or the proof before the next destructive step, decides.
    private async Task RenewQuietlyAsync()
    {
        try
        {
            await ProveAsync(_lost.Token);
        }
        catch (Exception e) when (e is LeaseLostException or OperationCanceledException or ObjectDisposedException or System.Data.Common.DbException)
        {
        }
    }
}
