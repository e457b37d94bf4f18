using System.Runtime.CompilerServices;

namespace CacheKeeper.Tests;

/// <summary>
/// Holds what a person reads against an approved file beside the test. Set CACHEKEEPER_APPROVE=1 to accept what came.
/// </summary>
internal static class Golden
{
    public static void Matches(string actual, string name, [CallerFilePath] string test = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(test)!, "Golden", name + ".approved.txt");
        var text = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("CACHEKEEPER_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
            File.WriteAllText(approved, text);
        }

        Assert.True(File.Exists(approved), $"No approved file {approved}; run once with CACHEKEEPER_APPROVE=1 and read it.");
        Assert.Equal(File.ReadAllText(approved).ReplaceLineEndings("\n"), text);
    }
}
