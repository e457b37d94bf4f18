using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Cleanup.Compression;

/// <summary>Which values are compressed, and how.</summary>
internal sealed record CompressionPolicy
{
    /// <summary>Readers that do not know compressed values would take them for answers: by default they must have shown that they do.</summary>
    public CompressionUse Use { get; init; } = CompressionUse.WhenReadersCan;

    /// <summary>For how long a reader that counted its lookups counts as there.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ReadersSeenWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Values of more bytes than this are large.</summary>
    [Range(64, 1 << 26)]
    public int LargerThan { get; init; } = 1024;

    /// <summary>A value that would save less than this share stays as it is.</summary>
    [Range(0.0, 0.95)]
    [JsonConverter(typeof(Share.Converter))]
    public double MinimumGain { get; init; } = 0.05;

    /// <summary>Values with less time left than this are not worth the work.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan TimeLeft { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of a dictionary at most.</summary>
    [Range(1024, 1 << 20)]
    public int DictionaryBytes { get; init; } = 65_536;

    /// <summary>Values a dictionary is trained on at most; fewer than a twentieth of it train none.</summary>
    [Range(100, 100_000)]
    public int DictionarySample { get; init; } = 1000;

    /// <summary>A newly trained dictionary takes the old one's place when it saves this share more.</summary>
    [Range(0.0, 0.95)]
    [JsonConverter(typeof(Share.Converter))]
    public double DictionaryGain { get; init; } = 0.05;

    /// <summary>Also rows whose answers stand in an index of the table (a search by words finds compressed ones no more).</summary>
    public bool EvenIfIndexed { get; init; }
}
