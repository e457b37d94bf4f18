using CacheKeeper.Optimization.Curves;

namespace CacheKeeper.Benchmarks;

/// <summary>Sampled miss-ratio curves against exact ones: error and coverage of the interval, over several choices of the sample.</summary>
internal sealed class MissRatioCurveMeasurement : IMeasurement
{
    private const int Seeds = 24;
    private const int Points = 40;
    private const int LongTrace = 500_000;
    private const double LongRate = 0.01;

    public string Name => "miss-ratio-curve";

    public string Summary => "Sampled curves (1 % of the keys on traces above 500k requests, at most 4,096 keys below) against exact ones";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var (inside, all) = (0, 0);
        foreach (var name in TraceData.Names)
        {
            var trace = TraceData.Read(figures, name);
            var capacities = Enumerable.Range(1, Points).Select(step => Math.Max(1, trace.UniqueKeys * step / Points)).ToArray();
            var exact = ExactCurve.Of(trace.Keys, trace.UniqueKeys, capacities);
            var isLong = trace.Keys.Length > LongTrace;
            var (errors, covered, followed) = (new List<double>(), 0, 0);
            for (var seed = 1u; seed <= Seeds; seed++)
            {
                var sampled = new SampledCurve(new CurvePolicy { Seed = seed, Rate = isLong ? LongRate : 1 });
                foreach (var key in trace.Keys)
                {
                    sampled.Add(key);
                }

                followed = Math.Max(followed, sampled.Followed);
                var pairs = sampled.Points(capacities, trace.UniqueKeys).Zip(exact).ToArray();
                errors.Add(pairs.Average(pair => Math.Abs(pair.First.HitRatio - pair.Second.HitRatio)));
                covered += sampled.Rate < 1 ? pairs.Count(pair => pair.Second.HitRatio >= pair.First.Lower90 && pair.Second.HitRatio <= pair.First.Upper90) : 0;
                all += sampled.Rate < 1 ? pairs.Length : 0;
            }

            inside += covered;
            figures.Add($"{name} mean absolute error, points", errors.Average() * 100, isLong ? 1 : 2, null, true, $"worst of {Seeds} samples {errors.Max() * 100:0.00}; at most {followed} keys followed; covered {covered * 100.0 / (Seeds * Points):0} %");
        }

        var coverage = (double)inside / all;
        figures.Add("share of exact values inside the 90 % interval", coverage, 0.85, null, false, coverage > 0.95 ? "too wide: above .95" : ".85-.95 is right");
        return Task.CompletedTask;
    }
}
