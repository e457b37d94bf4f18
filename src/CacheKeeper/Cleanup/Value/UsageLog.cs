namespace CacheKeeper.Cleanup.Value;

/// <summary>
/// What an access log says of every entry stored at its end, least recently used first. Time is counted in requests. The arrays are parallel.
/// </summary>
internal sealed class UsageLog
{
    private const int SpreadWindows = 64;

    private UsageLog(int requests, int entries)
    {
        Requests = requests;
        (Keys, Counts, First, Last, LastGap, Spread) = (new int[entries], new int[entries], new int[entries], new int[entries], new int[entries], new int[entries]);
        (Decayed, DecayedFaster, DecayedFastest) = (new double[entries], new double[entries], new double[entries]);
    }

    public int Requests { get; }

    public int Entries => Keys.Length;

    public int[] Keys { get; }

    public int[] Counts { get; }

    public int[] First { get; }

    public int[] Last { get; }

    /// <summary>The gap before the last access; 0 for an entry asked for once.</summary>
    public int[] LastGap { get; }

    /// <summary>In how many of 64 equal parts of the log the entry was asked for.</summary>
    public int[] Spread { get; }

    /// <summary>Counts that halve over the length of the log.</summary>
    public double[] Decayed { get; }

    /// <summary>Counts that halve over half of the log.</summary>
    public double[] DecayedFaster { get; }

    /// <summary>Counts that halve over a fifth of the log.</summary>
    public double[] DecayedFastest { get; }

    /// <param name="log">Dense keys in the order they were asked for.</param>
    /// <param name="uniqueKeys">How many keys there can be.</param>
    public static UsageLog Of(ReadOnlySpan<int> log, int uniqueKeys)
    {
        var lastAt = new int[uniqueKeys];
        Array.Fill(lastAt, -1);
        for (var at = 0; at < log.Length; at++)
        {
            lastAt[log[at]] = at;
        }

        // The slot of a key is its place in the order of last accesses.
        var slots = new int[uniqueKeys];
        var entries = 0;
        for (var at = 0; at < log.Length; at++)
        {
            if (lastAt[log[at]] == at)
            {
                slots[log[at]] = entries++;
            }
        }

        var usage = new UsageLog(log.Length, entries);
        usage.Read(log, slots);
        return usage;
    }

    private void Read(ReadOnlySpan<int> log, int[] slots)
    {
        var windows = new int[Entries];
        var (decay, faster, fastest) = (1.0 / Requests, 2.0 / Requests, 5.0 / Requests);
        for (var at = 0; at < log.Length; at++)
        {
            var slot = slots[log[at]];
            var window = (int)((long)at * SpreadWindows / log.Length) + 1;
            if (Counts[slot] == 0)
            {
                (Keys[slot], First[slot]) = (log[at], at);
            }
            else
            {
                LastGap[slot] = at - Last[slot];
                Fade(slot, LastGap[slot], decay, faster, fastest);
            }

            Spread[slot] += windows[slot] == window ? 0 : 1;
            windows[slot] = window;
            Counts[slot]++;
            Decayed[slot]++;
            DecayedFaster[slot]++;
            DecayedFastest[slot]++;
            Last[slot] = at;
        }

        for (var slot = 0; slot < Entries; slot++)
        {
            Fade(slot, Requests - Last[slot], decay, faster, fastest);
        }
    }

    private void Fade(int slot, int elapsed, double decay, double faster, double fastest)
    {
        Decayed[slot] *= double.Exp2(-elapsed * decay);
        DecayedFaster[slot] *= double.Exp2(-elapsed * faster);
        DecayedFastest[slot] *= double.Exp2(-elapsed * fastest);
    }
}
