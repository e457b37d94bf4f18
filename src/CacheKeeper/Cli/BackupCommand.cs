using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary><c>backup …</c></summary>
internal static class BackupCommand
{
    public static Command Create() => new("backup", "Backs every tier up, proves that it can be restored, restores it")
    {
        BackupCreateCommand.Create(),
        BackupListCommand.Create(),
        BackupVerifyCommand.Create(),
        BackupRestoreCommand.Create(),
        BackupDrillCommand.Create(),
        BackupPruneCommand.Create(),
        BackupScheduleCommand.Create(),
        BackupSearchCommand.Create(),
        BackupRotateKeyCommand.Create(),
    };
}
