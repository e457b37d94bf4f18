using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>Redis is lost: the other tiers answer meanwhile.</summary>
internal sealed class UpstashConnectionIssue() : ConnectionIssue(IssueKind.UpstashConnectionFailure, TierName.Upstash, [TierName.Postgresql, TierName.Mem0], "what each row or memory was given");
