namespace CacheKeeper.Verify;

/// <summary>One execution of a check: its seed and count, and what it found.</summary>
internal sealed class CheckRun(int seed, int tries, bool smoke)
{
    private readonly List<string> _offences = [];
    private readonly List<string> _facts = [];

    /// <summary>Seeds every random choice; printed, so that a failing run can be repeated.</summary>
    public int Seed { get; } = seed;

    public int Tries { get; } = tries;

    /// <summary>In the smoke run nothing that depends on the machine's speed may be asserted.</summary>
    public bool Smoke { get; } = smoke;

    public IReadOnlyList<string> Offences => _offences;

    public IReadOnlyList<string> Facts => _facts;

    /// <summary>Set when the check cannot be made here (a program is missing): it then counts as skipped.</summary>
    public string? SkippedBecause { get; set; }

    /// <summary>Something went against the oracle.</summary>
    public void Offend(string offence)
    {
        lock (_offences)
        {
            _offences.Add(offence);
        }
    }

    public void Expect(bool holds, string offence)
    {
        if (!holds)
        {
            Offend(offence);
        }
    }

    /// <summary>A figure worth printing beside the verdict.</summary>
    public void Fact(string fact)
    {
        lock (_facts)
        {
            _facts.Add(fact);
        }
    }
}
