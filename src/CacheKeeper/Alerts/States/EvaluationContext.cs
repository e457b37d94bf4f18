using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>The policy, the known metrics and the moment of one look.</summary>
internal sealed record EvaluationContext(AlertPolicy Policy, MetricCatalogue Catalogue, DateTimeOffset Now);
