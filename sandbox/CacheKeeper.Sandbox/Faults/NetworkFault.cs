namespace CacheKeeper.Sandbox.Faults;

/// <summary>What a network does to those who trust it.</summary>
internal enum NetworkFault
{
    None,

    /// <summary>Nobody listens: new connections are refused, open ones reset.</summary>
    Refuse,

    /// <summary>Each request waits before it goes on.</summary>
    Delay,

    /// <summary>Open connections are reset, new ones as soon as they speak.</summary>
    Reset,

    /// <summary>Half-open: connections stand, nothing comes back, nothing is passed on.</summary>
    Half,

    /// <summary>Answers arrive byte by byte.</summary>
    Drip,

    /// <summary>Answers end in their middle.</summary>
    Cut,

    /// <summary>Answers are noise of the same length; the request was carried out all the same.</summary>
    Garbage,
}

/// <summary>The fault in force.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Delay">Before each request for <see cref="NetworkFault.Delay"/>, between bytes for <see cref="NetworkFault.Drip"/>.</param>
/// <param name="CutAfter">Bytes of answer a connection still gets before <see cref="NetworkFault.Cut"/>; null cuts the next piece in half.</param>
internal sealed record FaultState(NetworkFault Kind, TimeSpan Delay, int? CutAfter)
{
    public static FaultState Clear { get; } = new(NetworkFault.None, TimeSpan.Zero, null);
}
