using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on the open-source server.</summary>
public sealed class Mem0SelfHostedTierTests(SandboxFixture sandbox) : Mem0TierTests(sandbox)
{
    private protected override Mem0Flavour Flavour => Mem0Flavour.SelfHosted;
}
