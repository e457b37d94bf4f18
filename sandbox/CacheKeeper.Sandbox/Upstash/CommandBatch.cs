using System.Buffers;
using System.Text;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>The commands of one request: every argument's bytes in one arena, so that a pipeline of a thousand costs no thousand arrays.</summary>
internal sealed class CommandBatch
{
    private readonly ArrayBufferWriter<byte> arena = new(1024);
    private readonly List<int> argumentEnds = [];
    private readonly List<int> commandEnds = [];

    public int Count => commandEnds.Count;

    public CommandView this[int index] => new(this, Start(index), commandEnds[index] - Start(index));

    public IBufferWriter<byte> Arena => arena;

    /// <summary>What was written to the arena since the last argument is one argument.</summary>
    public void EndArgument() => argumentEnds.Add(arena.WrittenCount);

    public void EndCommand() => commandEnds.Add(argumentEnds.Count);

    public void Add(ReadOnlySpan<byte> argument)
    {
        arena.Write(argument);
        EndArgument();
    }

    public void Add(string argument) => Add(Encoding.UTF8.GetBytes(argument));

    public ReadOnlySpan<byte> Argument(int index) =>
        arena.WrittenSpan[(index == 0 ? 0 : argumentEnds[index - 1])..argumentEnds[index]];

    private int Start(int index) => index == 0 ? 0 : commandEnds[index - 1];
}
