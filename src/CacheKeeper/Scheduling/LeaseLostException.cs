namespace CacheKeeper.Scheduling;

/// <summary>The right to run alone was lost while running; nothing further may be changed.</summary>
internal sealed class LeaseLostException(string name) : Exception($"The lease on {name} was lost; another run may hold it now.");
