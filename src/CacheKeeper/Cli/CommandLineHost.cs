using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>Parses the command line, runs the verb, returns its exit code.</summary>
internal static class CommandLineHost
{
    /// <summary>The links to the executable and the group of verbs each stands for.</summary>
    public static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["cache-scheduler"] = "scheduler",
        ["cache-cleanup"] = "cleanup",
        ["cache-optimizer"] = "optimizer",
        ["cache-analytics"] = "analytics",
        ["cache-health"] = "health",
        ["cache-backup"] = "backup",
        ["cache-debug"] = "debug",
    };

    // Every command there is, a line each.
    private static readonly List<(string Name, Func<Command> Create)> Commands =
    [
        ("cleanup", CleanupCommand.Create),
        ("optimizer", OptimizerCommand.Create),
        ("analytics", AnalyticsCommand.Create),
        ("health", HealthCommand.Create),
        ("backup", BackupCommand.Create),
        ("debug", DebugCommand.Create),
        ("token", TokenCommand.Create),
        ("session", SessionCommand.Create),
        ("audit", AuditCommand.Create),
        ("scheduler", SchedulerCommand.Create),
        ("run", DaemonCommand.Create),
        ("demo", DemoCommand.Create),
        ("sandbox", SandboxCommand.Create),
        ("config", ConfigCommand.Create),
        ("completion", CompletionCommand.Create),
        ("version", VersionCommand.Create),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var words = WithAlias(args, InvokedName());
        var parsed = CreateRoot(words is [var first, ..] ? first : null).Parse(words);
        if (parsed.Errors.Count > 0)
        {
            TerminalHost.Fail(string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message)), "Add --help to see what this command takes.");
            return ExitCode.Usage;
        }

        if (parsed.GetValue(CommonOptions.Server) is { } server && parsed.Action is not ExampleHelpHost)
        {
            using var stop = new CancellationTokenSource();
            using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, signal => (signal.Cancel, _) = (true, stop.CancelAsync()));
            return await RemoteClient.RunAsync(parsed, server, stop.Token).ContinueWith(Conclude, TaskScheduler.Default);
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) }).ContinueWith(Conclude, TaskScheduler.Default);
    }

    /// <summary>Runs a parsed command for a caller of the API: no signals, its own writers, the same exit code.</summary>
    public static Task<int> RunAsync(ParseResult parsed, RemoteSession session, CancellationToken cancellationToken)
    {
        if (parsed.Errors.Count > 0)
        {
            TerminalHost.Fail(string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message)), "");
            return Task.FromResult(ExitCode.Usage);
        }

        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = session.Out, Error = session.Error };
        return parsed.InvokeAsync(configuration, cancellationToken).ContinueWith(Conclude, TaskScheduler.Default);
    }

    /// <summary>The command line with every command there is.</summary>
    public static RootCommand CreateRoot() => CreateRoot(null);

    /// <summary>The command line for words that begin with that one.</summary>
    /// <param name="only">The first word: when it names a command, no other is made, for whoever calls it waits for all that are. Any other word has them all, to be told what there is.</param>
    public static RootCommand CreateRoot(string? only)
    {
        var root = new RootCommand("Keeps a three-tier LLM-response cache healthy without a human: every step planned, explained, guarded and undoable.");
        var named = Commands.Where(command => command.Name == only).ToList();
        foreach (var (_, create) in named.Count > 0 ? named : Commands)
        {
            root.Add(create());
        }

        CommonOptions.AddTo(root);
        ExampleHelpHost.AddTo(root);
        return root;
    }

    /// <summary><c>cache-cleanup smart</c> means <c>cachekeeper cleanup smart</c>.</summary>
    public static string[] WithAlias(string[] args, string invokedAs) =>
        Aliases.TryGetValue(invokedAs, out var group) ? [group, .. args] : args;

    private static int Conclude(Task<int> run)
    {
        switch (run.Exception?.InnerException)
        {
            case null:
                return run.IsCanceled ? ExitCode.Interrupted : run.Result;
            case KeeperException expected:
                TerminalHost.Fail(expected.Message, expected.Hint);
                return expected.ExitCode;
            case OperationCanceledException:
                TerminalHost.Remark("Interrupted.");
                return ExitCode.Interrupted;
            case var unexpected:
                TerminalHost.Fail($"Something unexpected went wrong: {unexpected.Message}", "Run 'cachekeeper debug bundle' and report it; set CACHEKEEPER_TRACE=1 to see where it happened.");
                if (Environment.GetEnvironmentVariable("CACHEKEEPER_TRACE") == "1")
                {
                    TerminalHost.Remark(unexpected.ToString());
                }

                return ExitCode.Failed;
        }
    }

    // The first word of /proc/self/cmdline is the name that was typed, also through a link; the runtime itself only tells the resolved file.
    private static string InvokedName()
    {
        const string CommandLineFile = "/proc/self/cmdline";
        if (!File.Exists(CommandLineFile))
        {
            return Path.GetFileNameWithoutExtension(Environment.ProcessPath ?? "");
        }

        var text = File.ReadAllText(CommandLineFile);
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        return Path.GetFileName(end < 0 ? text : text[..end]);
    }
}
