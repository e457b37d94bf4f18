using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Alerts;

/// <summary>Where the values that rules look at come from.</summary>
internal interface IAlertInputStore
{
    /// <summary>Everything as it is at <paramref name="now"/>; what cannot be had is left out (unknown), never thrown.</summary>
    /// <param name="questions">Forecasts, windows and burn rates to answer, in <see cref="AlertInputs.Answers"/>.</param>
    Task<AlertInputs> ReadAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken);
}
