namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on the table's first schema version (no expires_at).</summary>
public sealed class PostgresTierSchema1Tests(SandboxFixture sandbox) : PostgresTierTests(sandbox)
{
    protected override int Schema => 1;
}
