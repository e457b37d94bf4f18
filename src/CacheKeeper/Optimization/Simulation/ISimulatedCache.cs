namespace CacheKeeper.Optimization.Simulation;

/// <summary>One eviction policy replayed on a trace of dense keys: every request is get-or-insert.</summary>
internal interface ISimulatedCache
{
    /// <summary>The policy's name as <c>optimizer simulate</c> prints it.</summary>
    string Name { get; }

    /// <summary>Asks for a key and stores it when it is absent; true for a hit.</summary>
    bool Access(int key);
}
