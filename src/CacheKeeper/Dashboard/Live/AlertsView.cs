using CacheKeeper.Alerts;

namespace CacheKeeper.Dashboard.Live;

/// <summary>What the page of alerts shows.</summary>
/// <param name="Judged">How many alerts have ever been judged.</param>
/// <param name="Rules">The names of all rules.</param>
internal sealed record AlertsView(
    int Judged, IReadOnlyList<AlertState> Open, IReadOnlyList<Acknowledgement> Acknowledged, IReadOnlyList<Silence> Silences, IReadOnlyList<AlertTransition> Recent, IReadOnlyList<string> Rules);
