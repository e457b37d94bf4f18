namespace CacheKeeper.Sandbox.Faults;

/// <summary>A fault that is in force on a tier.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="Delay">How long each answer waits, or by how much the clock is wrong.</param>
internal sealed record TierFault(string Name, TimeSpan Delay)
{
    public const string Refuse = "refuse";
    public const string Slow = "delay";
    public const string Reset = "reset";
    public const string Half = "half";
    public const string Unauthorized = "401";
    public const string TooMany = "429";
    public const string Broken = "500";
    public const string Garbage = "garbage";
    public const string BadGateway = "502";
    public const string Unavailable = "503";
    public const string GatewayTimeout = "504";
    public const string Gzip = "gzip";
    public const string Full = "full";
    public const string Skew = "skew";

    public static IReadOnlyList<string> Names { get; } = [Refuse, Slow, Reset, Half, Unauthorized, TooMany, Broken, BadGateway, Unavailable, GatewayTimeout, Garbage, Gzip, Full, Skew];

    /// <summary>What a fault has for a delay when none is given.</summary>
    public static TimeSpan OrdinaryDelay(string name) => name == Skew ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(2);

    /// <summary>The fault of a network, or null when it is one that only the server itself can have.</summary>
    public NetworkFault? Network => Name switch
    {
        Refuse => NetworkFault.Refuse,
        Slow => NetworkFault.Delay,
        Reset => NetworkFault.Reset,
        Half => NetworkFault.Half,
        _ => null,
    };
}
