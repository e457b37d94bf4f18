namespace CacheKeeper.Cleanup.Value;

/// <summary>A logarithmic ruler for gaps between accesses.</summary>
/// <param name="unit">The smallest gap told apart from zero, in the unit of the gaps.</param>
/// <param name="perOctave">Bins per doubling.</param>
/// <param name="octaves">How many doublings the ruler covers; longer gaps fall into the last bin.</param>
internal sealed class GapBins(double unit, double perOctave, int octaves)
{
    public int Count { get; } = (int)(octaves * perOctave) + 2;

    public double PerOctave => perOctave;

    /// <summary>Where a gap stands on the ruler, in bins from 0.</summary>
    public double Position(double gap) => gap <= unit ? 0 : Math.Min(Count - 1, Math.Log2(gap / unit) * perOctave);

    public int Of(double gap) => (int)Position(gap);

    /// <summary>The gap at which a bin starts; bin 0 starts at zero gap.</summary>
    public double Start(int bin) => bin == 0 ? 0 : unit * double.Exp2(bin / perOctave);
}
