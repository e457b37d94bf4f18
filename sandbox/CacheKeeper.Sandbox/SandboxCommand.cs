using System.Runtime.InteropServices;

namespace CacheKeeper.Sandbox;

/// <summary>The program: starts the sandbox, says where it is, fills it, sends traffic, and waits to be ended.</summary>
internal static class SandboxCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        using var ending = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        var settings = new SandboxSettings { Folder = args.SkipWhile(a => a != "--data").ElementAtOrDefault(1) ?? ".sandbox" };
        await using var host = await SandboxHost.StartAsync(settings, ending.Token);
        foreach (var part in host.Parts)
        {
            await Console.Error.WriteLineAsync(part);
        }

        Console.WriteLine(host.Endpoints.ToJson());
        try
        {
            await Task.Delay(Timeout.Infinite, ending.Token);
        }
        catch (OperationCanceledException)
        {
        }

        return 0;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
