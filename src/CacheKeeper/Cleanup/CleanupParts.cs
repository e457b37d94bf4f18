using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Vacuum;

namespace CacheKeeper.Cleanup;

/// <summary>What a cleanup works with.</summary>
internal sealed record CleanupParts(CleanupInputService Inputs, CleanupPlanService Planning, PlanGuardService Guards, PlanStore Plans, ReceiptStore Receipts, RemovalService Removals, RewriteService Rewrites, RegretService Regret, VacuumService Vacuum)
{
    /// <summary>Null where nobody asks for a backup first.</summary>
    public FindProof? Proof { get; init; }
}
