namespace CacheKeeper.Verify;

/// <summary>One check of <c>./verify</c>: tries something many times and counts what goes against its oracle.</summary>
internal interface ICheck
{
    /// <summary>The words that follow <c>./verify</c>, such as <c>crash cleanup</c>.</summary>
    string Name { get; }

    /// <summary>One sentence: what is tried, and what counts as failure.</summary>
    string Goal { get; }

    /// <summary>How many tries: in the smoke run, by default (CI count of the goals), in full.</summary>
    (int Smoke, int Default, int Full) Tries { get; }

    /// <summary>Tries <see cref="CheckRun.Tries"/> times; reports every offence to <paramref name="run"/>.</summary>
    Task RunAsync(CheckRun run, CancellationToken cancellationToken);
}
