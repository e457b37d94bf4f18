namespace CacheKeeper.Tiers;

/// <summary>Pauses that add up to what was asked for: a timer that slept too long has slept part of the next pause already.</summary>
/// <remarks>Timers know whole milliseconds and are late by one; a pause of one millisecond took two, and a paced scan half again as long as it was meant to.</remarks>
internal sealed class PauseRunner(TimeSpan pause, TimeProvider time)
{
    // A process that was not run for a while has not earned the right to go on without pauses for as long.
    private const int MostSleptAhead = 2;

    private TimeSpan _owed;

    /// <summary>Waits, unless an earlier wait was so late that it holds for this one too.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _owed += pause;
        if (_owed < TimeSpan.FromMilliseconds(1))
        {
            return;
        }

        var begun = time.GetTimestamp();
        await Task.Delay(_owed, time, cancellationToken);
        _owed -= time.GetElapsedTime(begun);
        _owed = _owed < -MostSleptAhead * pause ? -MostSleptAhead * pause : _owed;
    }
}
