namespace CacheKeeper.Cleanup;

/// <summary>Says no to a plan that takes living entries while no fresh backup is there to bring them back: pure.</summary>
internal static class ProofGuard
{
    /// <returns>Null when the plan may go on.</returns>
    public static Refusal? Check(CleanupPlan plan, NewestProof proof, CleanupOverrides overrides, ProofPolicy policy, DateTimeOffset now)
    {
        var takesLiving = plan.Removals.Any(removal => removal.Reason != RemovalReason.Expired && removal.Count > 0);
        return (takesLiving && policy.AskFor.Contains(plan.Mode) && !overrides.WithoutProof) switch
        {
            false => null,
            _ when Old(proof.BackedUpAt, policy.BackupWithin, now) => Refused($"a {plan.Mode.ToString().ToLowerInvariant()} cleanup asks for a verified backup of the last {policy.BackupWithin.TotalHours:0.#} h; {Told(proof.BackedUpAt, "the newest is of")}", "'cachekeeper backup create' first"),
            _ when policy.DrillWithin is { } within && Old(proof.ProvenAt, within, now) => Refused($"a {plan.Mode.ToString().ToLowerInvariant()} cleanup asks for a proof by a restore of the last {within.TotalDays:0.#} days; {Told(proof.ProvenAt, "the newest is of")}", "'cachekeeper backup drill' first"),
            _ => null,
        };
    }

    private static bool Old(DateTimeOffset? at, TimeSpan within, DateTimeOffset now) => at is null || now - at > within;

    private static string Told(DateTimeOffset? at, string newest) => at is { } time ? $"{newest} {time.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "there is none";

    private static Refusal Refused(string reason, string first) => new("fresh-proof", reason, $"{first}, or --without-proof");
}

/// <summary>When the newest verified backup of everything was begun, and when a restore was last proven; null: never.</summary>
internal sealed record NewestProof(DateTimeOffset? BackedUpAt, DateTimeOffset? ProvenAt);
