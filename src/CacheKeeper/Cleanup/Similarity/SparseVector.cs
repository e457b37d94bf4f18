namespace CacheKeeper.Cleanup.Similarity;

/// <summary>A vector of mostly zeros: the places that are not, ascending, and their weights.</summary>
internal readonly record struct SparseVector(int[] Places, float[] Weights)
{
    /// <summary>The dot product; for two vectors of length 1 the cosine.</summary>
    public float Dot(SparseVector other)
    {
        float sum = 0;
        for (int i = 0, j = 0; i < Places.Length && j < other.Places.Length;)
        {
            if (Places[i] == other.Places[j])
            {
                sum += Weights[i++] * other.Weights[j++];
            }
            else if (Places[i] < other.Places[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return sum;
    }
}
