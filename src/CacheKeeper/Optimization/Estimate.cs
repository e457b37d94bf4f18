namespace CacheKeeper.Optimization;

/// <summary>A figure that is not known exactly, with its 90 % interval.</summary>
internal sealed record Estimate(double Value, double Lower90, double Upper90)
{
    /// <summary>Half the width of a 90 % interval in standard errors, were they known exactly.</summary>
    private const double Normal90 = 1.645;

    /// <summary>The interval of a normal error.</summary>
    public static Estimate Of(double value, double error) => new(value, value - (Normal90 * error), value + (Normal90 * error));

    public Estimate Times(double factor) => factor >= 0 ? new(Value * factor, Lower90 * factor, Upper90 * factor) : new(Value * factor, Upper90 * factor, Lower90 * factor);

    /// <summary>The sum of two that err independently.</summary>
    public Estimate Plus(Estimate other)
    {
        var half = Math.Sqrt(Square(Upper90 - Lower90) + Square(other.Upper90 - other.Lower90)) / 2;
        return new(Value + other.Value, Value + other.Value - half, Value + other.Value + half);
    }

    public bool Holds(double value) => value >= Lower90 && value <= Upper90;

    private static double Square(double value) => value * value;
}
