using System.Diagnostics;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>The least programs of their kind, built once: Kestrel that answers one word, and a console that prints one.</summary>
internal static class BarePrograms
{
    private const string Kestrel = """
        var app = WebApplication.CreateSlimBuilder(args).Build();
        app.MapGet("/readyz", () => "ready");
        app.Run();
        """;

    /// <returns>The two executables.</returns>
    public static async Task<(string Kestrel, string Console)> BuildAsync(string folder, CancellationToken cancellationToken) =>
        (await BuildAsync(Path.Combine(folder, "kestrel"), "Microsoft.NET.Sdk.Web", Kestrel, cancellationToken), await BuildAsync(Path.Combine(folder, "console"), "Microsoft.NET.Sdk", """System.Console.WriteLine("hello");""", cancellationToken));

    private static async Task<string> BuildAsync(string folder, string sdk, string program, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Bare.csproj"), $"""<Project Sdk="{sdk}"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization></PropertyGroup></Project>""", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program, cancellationToken);
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", folder, "-c", "Release", "-v", "q", "-o", Path.Combine(folder, "out")]) { RedirectStandardOutput = true })!;
        var said = await build.StandardOutput.ReadToEndAsync(cancellationToken);
        await build.WaitForExitAsync(cancellationToken);
        return build.ExitCode == 0 ? Path.Combine(folder, "out", "Bare") : throw new InvalidOperationException(said);
    }
}
