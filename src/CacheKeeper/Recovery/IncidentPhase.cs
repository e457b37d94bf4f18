namespace CacheKeeper.Recovery;

/// <summary>Where an incident stands.</summary>
internal enum IncidentPhase
{
    /// <summary>Seen; nothing has been done yet (a freeze, or another keeper sees to it).</summary>
    Seen,

    /// <summary>The remedy stands or was carried out; the next try has its time.</summary>
    Treated,

    /// <summary>The symptom is gone; it must stay away for the hold time.</summary>
    Verifying,

    /// <summary>The tries are used up, or only a person can help: told, and kept in the standing remedy.</summary>
    Escalated,

    /// <summary>The symptom came back again and again: the remedy is not tried any more until the breaker's end.</summary>
    Ineffective,

    /// <summary>Over.</summary>
    Recovered,
}
