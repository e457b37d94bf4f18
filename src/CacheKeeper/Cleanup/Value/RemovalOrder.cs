namespace CacheKeeper.Cleanup.Value;

/// <summary>Which entries of a log go first: lowest value, the least recently used among equals.</summary>
internal static class RemovalOrder
{
    /// <summary>Slots of the log in the order they would be removed.</summary>
    public static int[] Of(double[] values)
    {
        var (sorted, order) = ((double[])values.Clone(), new int[values.Length]);
        for (var slot = 0; slot < order.Length; slot++)
        {
            order[slot] = slot;
        }

        Array.Sort(sorted, order);

        // Slots are in order of last access, so equal values are settled by the slot.
        for (int start = 0, end = 0; start < order.Length; start = end)
        {
            while (end < order.Length && sorted[end].Equals(sorted[start]))
            {
                end++;
            }

            if (end - start > 1)
            {
                Array.Sort(order, start, end - start);
            }
        }

        return order;
    }

    /// <summary>How many of the entries a share to remove means: rounded down, so that never more than asked goes.</summary>
    public static int Removed(int entries, double share) => (int)Math.Floor((entries * share) + 1e-9);
}
