namespace CacheKeeper.Verify.Scheduler;

/// <summary>A clock that is set, forwards or back. It moves only when told.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Move(TimeSpan by) => _now += by;
}
