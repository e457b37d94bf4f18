using System.CommandLine;
using CacheKeeper.Backup;

namespace CacheKeeper.Cli;

/// <summary><c>backup verify [ID]</c>: walks the way of a restore without writing.</summary>
internal static class BackupVerifyCommand
{
    public static Command Create()
    {
        var point = new Argument<string?>("id") { Description = "A restore point, or latest; without it everything is read", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Read backups as a restore would, without writing: every byte, every digest, every manifest") { point };
        command.SetAction((parsed, cancellationToken) => BackupRunHost.RunAsync(parsed, "Verifying", false, keeper => (new VerifyJob(keeper.Backups, parsed.GetValue(point), keeper.Time), null), run => run.Reason, cancellationToken));
        return command;
    }
}
