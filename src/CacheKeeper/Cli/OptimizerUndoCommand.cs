using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer undo NAME</c>: takes changes back by run, change or subject.</summary>
internal static class OptimizerUndoCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A run, a change, or a subject such as ttl:payments" };
        var command = new Command("undo", "Take changes back: the lifetimes of before return at once") { name };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(name)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string name, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var run = await keeper.Runner.RunAsync(await new OptimizerHost(keeper).UndoJobAsync(name, cancellationToken), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);
        return RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), done => done.Reason);
    }
}
