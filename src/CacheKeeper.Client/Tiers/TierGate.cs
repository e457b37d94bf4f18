namespace CacheKeeper.Client.Tiers;

/// <summary>
/// Lets calls through to a tier, and holds them back for a while after several failures in a row: a dead tier then costs nothing instead
/// of its time-out. When the rest is over, one call goes through; the others wait for what comes of it.
/// </summary>
internal sealed class TierGate(int failuresBeforeRest, TimeSpan restFor, TimeProvider time)
{
    private const int MostDoublings = 4;

    private readonly Lock sync = new();
    private int failures;
    private int rests;
    private int turn;
    private DateTimeOffset closedUntil;

    /// <summary>A pass when a call may go to the tier now, else null. Whoever is let through must report what came of it.</summary>
    public int? TryEnter()
    {
        lock (sync)
        {
            var now = time.GetUtcNow();
            if (now < closedUntil)
            {
                return null;
            }

            if (rests > 0)
            {
                // The trial; should its outcome never be told, the next one follows after the rest.
                closedUntil = now + restFor;
            }

            return turn;
        }
    }

    public void Succeeded()
    {
        lock (sync)
        {
            (failures, rests, closedUntil) = (0, 0, default);
        }
    }

    /// <summary>A call failed that entered with <paramref name="pass"/>; one that was under way when the present rest began says nothing new.</summary>
    public void Failed(int pass)
    {
        lock (sync)
        {
            if (pass != turn)
            {
                return;
            }

            failures++;
            if (rests > 0 || failures >= failuresBeforeRest)
            {
                closedUntil = time.GetUtcNow() + (restFor * (1 << Math.Min(rests, MostDoublings)));
                rests++;
                turn++;
            }
        }
    }
}
