namespace CacheKeeper.Alerts;

/// <summary>Carries out what alerts ask for, by running the job they name.</summary>
internal interface IActionRunner
{
    /// <summary>Whether every change is frozen by a person.</summary>
    Task<bool> IsFrozenAsync(string project, CancellationToken cancellationToken);

    /// <summary>Runs the job under its lease and its guards; returns the run and its outcome in words.</summary>
    Task<string> RunAsync(string project, ActionDecision decision, CancellationToken cancellationToken);
}
