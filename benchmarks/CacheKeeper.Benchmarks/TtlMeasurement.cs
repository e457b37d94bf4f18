using CacheKeeper.Optimization.TimeToLive;

namespace CacheKeeper.Benchmarks;

/// <summary>Learned times to live against one for all, at equal or fewer mean live entries (protocol 1c).</summary>
internal sealed class TtlMeasurement : IMeasurement
{
    private static readonly string[] Traces = ["apache-4days", "mooncake-synthetic", "web07", "orm-busy-2m", "arc-oltp"];

    public string Name => "ttl";

    public string Summary => "Hit ratio of learned times to live at the mean live entries of one time to live (1, 3 and 10 % of the span), without hindsight";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var traces = Traces.Select(name => TraceData.Read(figures, name)).ToArray();
        foreach (var (share, must, goal, hindsight) in new (double, double?, double?, double)[] { (0.01, null, null, 0.521), (0.03, 0.592, 0.607, 0.607), (0.10, null, null, 0.704) })
        {
            var (ours, single, parts) = (0.0, 0.0, new List<string>());
            foreach (var (name, trace) in Traces.Zip(traces))
            {
                double At(int request) => trace.Times?[request] ?? request;
                var (start, span) = (At(0), At(trace.Keys.Length - 1) - At(0));
                var planner = new TtlPlanner(trace.UniqueKeys, share * span);
                for (var request = 0; request < trace.Keys.Length; request++)
                {
                    planner.Access(trace.Keys[request], At(request) - start);
                }

                var live = planner.LiveTime(span);
                var (hit, one) = ((double)planner.Hits / trace.Keys.Length, (double)planner.SingleHits / trace.Keys.Length);
                parts.Add($"{name} {hit:0.000} (one {one:0.000}, live entries × {live.Ours / live.Single:0.000})");
                (ours, single) = (ours + (hit / Traces.Length), single + (one / Traces.Length));
            }

            figures.Add($"hit ratio at t = {share * 100:0} %, mean of 5 traces", ours, must, goal, false, $"one for all {single:0.000}, best pair in hindsight {hindsight:0.000}; {string.Join(", ", parts)}");
        }

        return Task.CompletedTask;
    }
}
