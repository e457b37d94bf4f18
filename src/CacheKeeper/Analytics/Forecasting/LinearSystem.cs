namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Least squares with a ridge, by normal equations and Cholesky's factorisation.</summary>
internal static class LinearSystem
{
    private const double Floor = 1e-9;

    /// <summary>
    /// Coefficients w that minimise Σ weight·(target − row·w)² + ridge·mean(diagonal)·|w|²; null where the rows determine nothing.
    /// <paramref name="fill"/> writes row <c>i</c> into its buffer and answers the target.
    /// </summary>
    public static double[]? Fit(int count, int width, Func<int, double[], double> fill, double[] weights, double ridge)
    {
        var (products, right, row) = (new double[width][], new double[width], new double[width]);
        for (var i = 0; i < width; i++)
        {
            products[i] = new double[i + 1];
        }

        for (var index = 0; index < count; index++)
        {
            var target = fill(index, row);
            Accumulate(products, right, row, target, weights[index]);
        }

        var mean = 0.0;
        for (var i = 0; i < width; i++)
        {
            mean += products[i][i] / width;
        }

        for (var i = 0; i < width; i++)
        {
            products[i][i] += (ridge * mean) + Floor;
        }

        return Solve(products, right);
    }

    private static void Accumulate(double[][] products, double[] right, double[] row, double target, double weight)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var scaled = row[i] * weight;
            right[i] += scaled * target;
            var line = products[i];
            for (var j = 0; j < line.Length; j++)
            {
                line[j] += scaled * row[j];
            }
        }
    }

    // Lower factor in place, then forward and backward substitution.
    private static double[]? Solve(double[][] matrix, double[] right)
    {
        for (var i = 0; i < right.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i][j];
                for (var k = 0; k < j; k++)
                {
                    sum -= matrix[i][k] * matrix[j][k];
                }

                if (i == j && !(sum > 0))
                {
                    return null;
                }

                matrix[i][j] = i == j ? Math.Sqrt(sum) : sum / matrix[j][j];
            }
        }

        return Substitute(matrix, (double[])right.Clone());
    }

    private static double[] Substitute(double[][] lower, double[] x)
    {
        for (var i = 0; i < x.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                x[i] -= lower[i][k] * x[k];
            }

            x[i] /= lower[i][i];
        }

        for (var i = x.Length - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < x.Length; k++)
            {
                x[i] -= lower[k][i] * x[k];
            }

            x[i] /= lower[i][i];
        }

        return x;
    }
}
