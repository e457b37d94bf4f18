using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on the hosted platform's older forms.</summary>
public sealed class Mem0V1TierTests(SandboxFixture sandbox) : Mem0TierTests(sandbox)
{
    private protected override Mem0Flavour Flavour => Mem0Flavour.PlatformV1;
}
