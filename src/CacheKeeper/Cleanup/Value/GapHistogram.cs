namespace CacheKeeper.Cleanup.Value;

/// <summary>Gaps seen between accesses, by class of entry: those that ended with an access, and those still open.</summary>
internal sealed class GapHistogram(int classes, GapBins bins)
{
    private readonly double[][] _closed = Rows(classes, bins.Count);
    private readonly double[][] _open = Rows(classes, bins.Count);

    public GapBins Bins => bins;

    public int Classes => classes;

    public void AddClosed(int group, double gap, double weight = 1) => _closed[group][bins.Of(gap)] += weight;

    public void AddOpen(int group, double idle, double weight = 1) => _open[group][bins.Of(idle)] += weight;

    /// <summary>Open gaps are those of one moment; they are told anew at the next.</summary>
    public void ClearOpen()
    {
        foreach (var row in _open)
        {
            Array.Clear(row);
        }
    }

    /// <summary>Lets old gaps weigh less, so that the histogram follows the workload.</summary>
    public void Fade(double factor)
    {
        foreach (var row in _closed)
        {
            for (var bin = 0; bin < row.Length; bin++)
            {
                row[bin] *= factor;
            }
        }
    }

    public double[] Closed(int group) => _closed[group];

    /// <summary>How many gaps of a class were at risk of ending in each bin; one that stayed open there counts half.</summary>
    public double[] AtRisk(int group)
    {
        var (closed, open) = (_closed[group], _open[group]);
        var risk = new double[closed.Length];
        var beyond = 0.0;
        for (var bin = closed.Length - 1; bin >= 0; bin--)
        {
            risk[bin] = beyond + closed[bin] + (open[bin] / 2);
            beyond += closed[bin] + open[bin];
        }

        return risk;
    }

    /// <summary>All gaps of a class, open and closed.</summary>
    public double Total(int group) => _closed[group].Sum() + _open[group].Sum();

    private static double[][] Rows(int rows, int columns)
    {
        var table = new double[rows][];
        for (var row = 0; row < rows; row++)
        {
            table[row] = new double[columns];
        }

        return table;
    }
}
