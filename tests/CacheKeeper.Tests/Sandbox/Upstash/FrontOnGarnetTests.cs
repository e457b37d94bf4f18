namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>The front's corners on the second implementation of the protocol.</summary>
public sealed class FrontOnGarnetTests(GarnetFixture front) : FrontTests(front), IClassFixture<GarnetFixture>;
