using System.Buffers.Text;

namespace CacheKeeper.Tiers;

/// <summary>Numbers in a script's one text, a space after each.</summary>
internal static class ReplyNumber
{
    /// <summary>Takes the number at the beginning and its space off; false when there is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> told, out long number)
    {
        if (!Utf8Parser.TryParse(told, out number, out var used) || used >= told.Length || told[used] != ' ')
        {
            return false;
        }

        told = told[(used + 1)..];
        return true;
    }
}
