using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper optimizer</c>, a line each.</summary>
internal static class OptimizerCommand
{
    public static Command Create() => new("optimizer", "Predicts, tunes and measures what came of it")
    {
        OptimizerRunCommand.Create(),
        OptimizerAnalyzeCommand.Create(),
        OptimizerScheduleCommand.Create(),
        OptimizerSizeCommand.Create(),
        OptimizerRecordCommand.Create(),
        OptimizerUndoCommand.Create(),
        OptimizerSimulateCommand.Create(),
    };
}
