namespace CacheKeeper.Sandbox.Faults;

/// <summary>The system's clock, wrong by an offset that can be changed.</summary>
internal sealed class SkewedTime : TimeProvider
{
    private long offset;

    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref offset));
        set => Interlocked.Exchange(ref offset, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
}
