namespace CacheKeeper.Cleanup;

/// <summary>A guard said no: its name, why, and what would override it (empty: nothing does).</summary>
internal sealed record Refusal(string Guard, string Reason, string Override = "");
