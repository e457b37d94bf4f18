using CacheKeeper.Analytics.Anomalies;
using CsCheck;

namespace CacheKeeper.Tests.Analytics.Anomalies;

public sealed class AnomalyDetectorTests
{
    private const int Planted = 3000;

    // How soon after the change the alarm must come, in points.
    private const int Soon = 60;

    [Theory]
    [InlineData(0)]
    [InlineData(0.97)]
    [InlineData(-1e9)]
    public void A_constant_series_never_alarms(double level) =>
        Assert.All(Run(Enumerable.Repeat(level, 4000)), reading => Assert.True(reading.Score < 0.5 && !reading.IsAnomaly));

    [Fact]
    public void Steady_noise_hardly_ever_alarms() =>
        Assert.True(Run(MadeSeries.Noise(6000)).Count(reading => reading.IsAnomaly) <= 3);

    [Fact]
    public void A_level_that_jumps_is_found() =>
        AssertFound(MadeSeries.Noise(4000).Select((value, row) => row >= Planted ? value + 10 : value));

    [Fact]
    public void A_level_that_drops_is_found() =>
        AssertFound(MadeSeries.Noise(4000).Select((value, row) => row >= Planted ? value - 10 : value));

    [Fact]
    public void A_spike_is_found() =>
        AssertFound(MadeSeries.Noise(4000).Select((value, row) => row == Planted ? value + 60 : value));

    [Fact]
    public void A_noisy_series_that_falls_still_is_found() =>
        AssertFound(MadeSeries.Noise(4000, spread: 5).Select((value, row) => row >= Planted ? 20 : value), within: 100);

    [Fact]
    public void A_faster_swing_is_found() =>
        AssertFound(Enumerable.Range(0, 4000).Select(row => Math.Sin(row * (row >= Planted ? 0.6 : 0.05)) + (MadeSeries.Noise(1, 0, 0.05, row)[0])), within: 100);

    [Fact]
    public void A_day_without_its_peak_is_found() =>
        AssertFound(MadeSeries.Days(5000).Select((value, row) => row is >= 3744 and < 3888 ? 65 : value), from: 3744, within: 144);

    [Fact]
    public void Days_that_repeat_are_not_reported() =>
        Assert.True(Run(MadeSeries.Days(6000)).Skip(4 * 288).Count(reading => reading.IsAnomaly) <= 2);

    [Fact]
    public void The_first_change_of_a_constant_series_is_found() =>
        AssertFound(Enumerable.Range(0, 4000).Select(row => row >= Planted ? 3.0 : 2.0));

    [Fact]
    public void It_learns_before_it_speaks()
    {
        var readings = Run(Enumerable.Range(0, 150).Select(row => row == 60 ? 1000.0 : row % 7));
        Assert.All(readings.Take(AnomalyPolicy.Default.MinimumPoints), reading => Assert.Equal((AnomalyState.Learning, 0.0), (reading.State, reading.Score)));
        Assert.All(readings.Skip(AnomalyPolicy.Default.MinimumPoints), reading => Assert.NotEqual(AnomalyState.Learning, reading.State));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_missing_value_scores_zero_and_teaches_nothing(double? missing)
    {
        var whole = Run(MadeSeries.Noise(2000));
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        var row = 0;
        foreach (var value in MadeSeries.Noise(2000))
        {
            Assert.Equal(new AnomalyReading(0, AnomalyState.Missing), detector.Observe(MadeSeries.TimeOf(row), missing));
            Assert.Equal(whole[row], detector.Observe(MadeSeries.TimeOf(row), value));
            row++;
        }
    }

    [Fact]
    public void It_never_looks_ahead()
    {
        var values = MadeSeries.Days(3000);
        var changed = values.Select((value, row) => row >= 2500 ? value * 9 : value);
        Assert.Equal(Run(values).Take(2500), Run(changed).Take(2500));
    }

    [Fact]
    public void A_stored_detector_continues_as_if_it_had_never_stopped()
    {
        var values = MadeSeries.Days(4000).Select((value, row) => row == 3500 ? 900 : value).ToList();
        var whole = Run(values);
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        for (var row = 0; row < values.Count; row++)
        {
            detector = row % 97 == 0 ? AnomalyDetector.Load(detector.Save(), AnomalyPolicy.Default) : detector;
            Assert.Equal(whole[row], detector.Observe(MadeSeries.TimeOf(row), values[row]));
        }
    }

    [Fact]
    public void A_damaged_state_is_refused()
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        detector.Observe(MadeSeries.Begin, 1);
        var saved = detector.Save();
        Assert.Throws<FormatException>(() => AnomalyDetector.Load(saved.AsSpan(0, saved.Length / 2), AnomalyPolicy.Default));
        Assert.Throws<FormatException>(() => AnomalyDetector.Load(new byte[64], AnomalyPolicy.Default));
        Assert.Throws<FormatException>(() => AnomalyDetector.Load(saved, AnomalyPolicy.Default with { DaySlots = 24 }));
    }

    [Fact]
    public void The_state_stays_small()
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        var row = 0;
        foreach (var value in MadeSeries.Noise(20_000))
        {
            detector.Observe(MadeSeries.TimeOf(row++), value);
        }

        Assert.True(detector.Save().Length <= 64 * 1024);
    }

    [Fact]
    public void Units_and_zero_points_do_not_matter() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[-20, 20], Gen.Int[-1000, 1000]).Sample(
            (seed, octaves, shift) =>
            {
                // Whole quarters and powers of two: what rounding is left must not grow.
                double[] values = [.. MadeSeries.Noise(700, seed: seed).Select((value, row) => Math.Round(4 * (row == 600 ? value * 3 : value)) / 4)];
                var scale = Math.Pow(2, octaves);
                var moved = Run(values.Select(value => (value + shift) * scale));
                Assert.All(Run(values).Zip(moved), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-6));
            },
            iter: 60);

    [Fact]
    public void The_same_series_always_gets_the_same_scores() =>
        Assert.Equal(Run(MadeSeries.Days(3000)), Run(MadeSeries.Days(3000)));

    [Fact]
    public void One_change_is_reported_once() =>
        Assert.Single(Run(MadeSeries.Noise(3400).Select((value, row) => row >= Planted ? value + 40 : value)).Skip(Planted), reading => reading.IsAnomaly);

    [Fact]
    public void What_we_did_ourselves_is_not_reported()
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        var readings = MadeSeries.Noise(3400).Select((value, row) =>
            detector.Observe(MadeSeries.TimeOf(row), row >= Planted ? value - 20 : value, intervened: row is >= Planted and < Planted + 72)).ToList();
        Assert.All(readings.Skip(Planted).Take(72), reading => Assert.Equal((AnomalyState.Suppressed, 0.0), (reading.State, reading.Score)));
        Assert.DoesNotContain(readings.Skip(Planted), reading => reading.IsAnomaly);
    }

    [Fact]
    public void Times_that_repeat_or_jump_do_no_harm()
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        var row = 0;
        foreach (var value in MadeSeries.Noise(3000))
        {
            var at = MadeSeries.TimeOf(row / 2) + (row > 2000 ? TimeSpan.FromDays(20) : TimeSpan.Zero) - (row % 50 == 0 ? TimeSpan.FromDays(3) : TimeSpan.Zero);
            var reading = detector.Observe(at, value);
            Assert.InRange(reading.Score, 0, 1);
            Assert.False(reading.IsAnomaly && row is > 2000 and < 2050);
            row++;
        }
    }

    private static List<AnomalyReading> Run(IEnumerable<double> values)
    {
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        return [.. values.Select((value, row) => detector.Observe(MadeSeries.TimeOf(row), value))];
    }

    private static void AssertFound(IEnumerable<double> values, int from = Planted, int within = Soon)
    {
        var readings = Run(values);
        var alarms = readings.Select((reading, row) => (reading, row)).Where(pair => pair.reading.IsAnomaly).Select(pair => pair.row).ToList();
        Assert.Contains(alarms, row => row >= from && row <= from + within);
    }
}
