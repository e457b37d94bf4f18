using System.Buffers;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>What stands around the commands of one request on their way to the server.</summary>
/// <param name="Atomic">MULTI before and EXEC behind.</param>
/// <param name="Full">
/// A memory limit of one byte meanwhile, under which a stock server refuses exactly the writes that need room, also those inside a script.
/// Its eviction policy is the default, none: nothing is lost.
/// </param>
internal readonly record struct CommandEnvelope(bool Atomic, bool Full)
{
    /// <summary>Replies before the commands' own, and again after them.</summary>
    public int Lead => (Atomic ? 1 : 0) + (Full ? 1 : 0);

    public void Open(ArrayBufferWriter<byte> output)
    {
        if (Full)
        {
            RespWriter.Command(output, "CONFIG", "SET", "maxmemory", "1");
        }

        if (Atomic)
        {
            RespWriter.Command(output, "MULTI");
        }
    }

    public void Close(ArrayBufferWriter<byte> output)
    {
        if (Atomic)
        {
            RespWriter.Command(output, "EXEC");
        }

        if (Full)
        {
            RespWriter.Command(output, "CONFIG", "SET", "maxmemory", "0");
        }
    }
}
