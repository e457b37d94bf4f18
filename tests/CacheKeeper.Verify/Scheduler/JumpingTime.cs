namespace CacheKeeper.Verify.Scheduler;

/// <summary>A clock that is set, forwards or back. It moves only when told, and so does what is measured by it: how fast this machine is changes nothing.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;
    private long _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _passed;

    public void Move(TimeSpan by)
    {
        _now += by;
        _passed += Math.Max(0, by.Ticks);
    }
}
