using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Recovery;

/// <summary>Waits between tries: doubling, bounded, and spread by a share that is fixed for each incident and try, so that a plan can be made again.</summary>
internal static class Backoff
{
    private const double Spread = 0.2;

    public static TimeSpan Of(string incident, int attempt, TimeSpan first, TimeSpan longest)
    {
        var doubled = first * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        var bounded = doubled < longest || first > longest ? doubled : longest;
        return bounded * (1 + (Spread * ((2 * Fraction($"{incident}/{attempt}")) - 1)));
    }

    private static double Fraction(string text) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))) / (double)uint.MaxValue;
}
