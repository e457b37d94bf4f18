using System.Diagnostics;

namespace CacheKeeper.Sandbox;

/// <summary>Says how far long work is, once a second at most: "Loading 1,200 of 4,975 questions".</summary>
internal sealed class ProgressLines(string verb, int all, string things, Action<string> say)
{
    private readonly Stopwatch told = Stopwatch.StartNew();

    /// <summary>May be called from several threads.</summary>
    public void Tell(int done)
    {
        lock (told)
        {
            if (told.Elapsed.TotalSeconds >= 1)
            {
                say($"{verb} {done:N0} of {all:N0} {things}");
                told.Restart();
            }
        }
    }
}
