namespace CacheKeeper.EndToEnd;

public sealed class ExecutableTests
{
    [Fact]
    public void The_executable_stands_beside_the_tests() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll")));
}
