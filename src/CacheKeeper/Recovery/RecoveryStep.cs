namespace CacheKeeper.Recovery;

/// <summary>What one look makes of one incident: how it stands afterwards, what the timeline says, and what is to be carried out now.</summary>
internal sealed record RecoveryStep(Incident Incident, IReadOnlyList<IncidentEvent> Events, IReadOnlyList<Repair> Repairs)
{
    public bool IsChange(Incident? before) => before is null || Events.Count > 0 || Incident with { Version = 0 } != before with { Version = 0 };
}
