using System.Runtime.InteropServices;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Load;
using CacheKeeper.Sandbox.Traffic;

namespace CacheKeeper.Sandbox;

/// <summary>The program: starts the sandbox, says where it is, fills it, sends traffic, and waits to be ended.</summary>
internal static class SandboxCommand
{
    /// <summary>0 when ended by a signal or done, 1 when it could not start, 2 for a wrong command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(SandboxOptions.Usage);
            return 0;
        }

        var (options, problem) = SandboxOptions.Parse(args);
        if (options is null)
        {
            Say(problem + " See --help.");
            return 2;
        }

        using var ending = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        try
        {
            await RunAsync(options, ending.Token);
            return 0;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return 0;
        }
        catch (SandboxException error)
        {
            Say(error.Message);
            return 1;
        }
        catch (Exception error)
        {
            Say($"The sandbox failed ({error.GetType().Name}): {error.Message}");
            return 1;
        }
    }

    private static async Task RunAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var settings = new SandboxSettings
        {
            Folder = options.Data,
            Project = Environment.GetEnvironmentVariable("PROJECT_NAME") is { Length: > 0 } project ? project : SandboxSettings.DefaultProject,
            Schema = options.Schema,
            SafeWrites = !options.Fast,
        };
        await using var host = await SandboxHost.StartAsync(settings, cancellationToken);
        foreach (var part in host.Parts)
        {
            Say(part);
        }

        var given = options.Sample ? MadeUp.Questions : options.Load is null ? null : await QueryFile.ReadAsync(options.Load, cancellationToken);
        var queries = given is null ? await SandboxLoader.RememberedAsync(options.Data, cancellationToken)
            : await SandboxLoader.LoadAsync(host.Endpoints, options.Data, given, MixOf(options), Say, cancellationToken);
        await Console.Out.WriteLineAsync(host.Endpoints.ToJson().AsMemory(), cancellationToken);
        await Console.Out.FlushAsync(cancellationToken);
        if (options.Sample || options.Traffic is not null)
        {
            var trace = options.Traffic is null ? MadeUp.Traffic(queries.Count) : await TraceFile.ReadAsync(options.Traffic, cancellationToken);
            await ReplayAsync(host.Endpoints, options.Replay, (queries, trace), cancellationToken);
        }

        if (!options.Once)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private static async Task ReplayAsync(
        SandboxAddresses endpoints, ReplaySettings settings, (IReadOnlyList<LoadedQuery> Queries, IReadOnlyList<TracedRequest> Trace) traffic, CancellationToken cancellationToken)
    {
        await using var cache = new TieredCache(endpoints.ForClient());
        var progress = settings.For is null ? new ProgressLines("Replaying", traffic.Trace.Count, "requests", Say) : null;
        var replay = new TrafficReplay(cache, traffic.Queries, settings, progress is null ? null : progress.Tell);
        try
        {
            await replay.RunAsync(traffic.Trace, cancellationToken);
        }
        finally
        {
            Say(replay.Summary.ToString());
        }
    }

    private static LoadMix MixOf(SandboxOptions options) => options.Seed is { } seed ? new LoadMix { Seed = seed } : new LoadMix();

    // Standard output holds the one JSON line and nothing else.
    private static void Say(string sentence) => Console.Error.WriteLine(sentence);

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
