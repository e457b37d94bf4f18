using System.Text;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>One command of a batch: its arguments, the name first.</summary>
internal readonly struct CommandView(CommandBatch batch, int first, int count)
{
    public int Count => count;

    public ReadOnlySpan<byte> this[int index] => batch.Argument(first + index);

    public string Name => count == 0 ? "" : Encoding.UTF8.GetString(this[0]);

    /// <summary>Whether the argument is this word in any case.</summary>
    public bool Is(int index, ReadOnlySpan<byte> word) => index < count && Ascii.EqualsIgnoreCase(this[index], word);

    /// <summary>Where the word stands at or behind an index, or -1.</summary>
    public int Find(ReadOnlySpan<byte> word, int from)
    {
        for (var index = from; index < count; index++)
        {
            if (Is(index, word))
            {
                return index;
            }
        }

        return -1;
    }
}
