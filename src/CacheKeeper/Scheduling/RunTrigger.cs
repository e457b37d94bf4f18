namespace CacheKeeper.Scheduling;

/// <summary>What started a run.</summary>
internal enum RunTrigger
{
    Manual,
    Schedule,
    CatchUp,
    AutoAction,
    Api,
}
