using System.CommandLine;
using CacheKeeper.Cleanup;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup apply PLAN</c>: carries out a plan made before, if the state has not moved.</summary>
internal static class CleanupApplyCommand
{
    public static Command Create()
    {
        var options = new ChangeOptions();
        var plan = new Argument<string>("plan") { Description = "The plan's id, as a dry run prints it" };
        var command = new Command("apply", "Carry out a plan made before; refused when the state has moved") { plan };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CleanupStrengthCommand.RunAsync(
            parsed, options, CleanupStrengthCommand.Request(CleanupMode.Light) with { Plan = parsed.GetValue(plan) }, dryRun: false, cancellationToken));
        return command;
    }
}
