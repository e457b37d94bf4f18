using System.Runtime.CompilerServices;

namespace CacheKeeper.Tests;

/// <summary>Where this checkout stands, for tests that read sources, documents or the shared data beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The public data beside the checkout, or null where the folder is absent (tests then skip and say so).</summary>
    public static string? Data { get; } = Path.Combine(Root, "..", "shared", "data") is var path && Directory.Exists(path) ? Path.GetFullPath(path) : null;

    /// <summary>A file of the shared data; skips the running test where the folder is absent.</summary>
    public static string DataFile(string relative)
    {
        Assert.SkipWhen(Data is null, "The shared data folder is not beside this checkout.");
        return Path.Combine(Data!, relative);
    }

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "CacheKeeper.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("CacheKeeper.slnx was not found above " + here);
        }

        return folder;
    }
}
