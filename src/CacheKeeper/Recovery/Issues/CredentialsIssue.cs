using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>
/// A tier refuses the keeper's credentials. Trying again does not help; readers have credentials of their own and are not told to leave the tier
/// out, or a keeper with an expired token would take a healthy tier from them. People are told at once.
/// </summary>
internal sealed class CredentialsIssue : IIssue
{
    public IssueKind Kind => IssueKind.CredentialsRejected;

    public string Runbook => "credentials-rejected";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) =>
        [.. seen.Tiers.Select(pair => new Symptom(new IssueKey(Kind, pair.Key), pair.Value.Is(FailureCause.CredentialsRejected), $"{pair.Key.Title()} refuses the keeper's credentials: {pair.Value.Latest.Reason}."))];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) =>
        new($"the keeper looks whether {tier!.Value.Title()} takes them again; readers go on with their own.") { NeedsPerson = true };
}
