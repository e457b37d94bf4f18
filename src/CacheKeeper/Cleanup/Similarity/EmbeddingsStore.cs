using System.Runtime.InteropServices;
using System.Text.Json;

namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Finds and reads the sentence encoder's published weights; they are never part of this product (see docs/duplicates.md).</summary>
internal static class EmbeddingsStore
{
    /// <summary>The variable that names the folder of the weights.</summary>
    public const string Variable = "CACHEKEEPER_EMBEDDINGS";

    private const string ModelFile = "model.json";
    private const string VocabularyFile = "vocab.json";

    /// <summary>
    /// The folder of the weights: the setting or the variable, else the one of the installation, else the user's; null when there is none.
    /// A folder that was named but holds no weights is an error: nobody should believe in a model that is not there.
    /// </summary>
    public static string? Find(string? setting = null)
    {
        var named = setting ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return Holds(named) ? named : throw KeeperException.Usage(
                $"{named} holds no sentence encoder: {ModelFile} or {VocabularyFile} is missing.", $"Fetch it with scripts/fetch-embeddings {named}, or unset {Variable}.");
        }

        return Places().FirstOrDefault(Holds);
    }

    /// <summary>The encoder, or null where no weights are found.</summary>
    public static SentenceEncoder? Open(string? setting = null) => Find(setting) is { } folder ? new SentenceEncoder(Read(folder)) : null;

    public static EncoderWeights Read(string folder)
    {
        try
        {
            var tensors = ReadTensors(folder);
            return new EncoderWeightsReader(tensors).Read(ReadVocabulary(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw KeeperException.Usage($"The sentence encoder in {folder} cannot be read: {e.Message}", "Fetch it again with scripts/fetch-embeddings.");
        }
    }

    private static IEnumerable<string> Places()
    {
        yield return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "share", "cachekeeper", "embeddings"));
        yield return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "share", "cachekeeper", "embeddings"));
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return Path.Combine(string.IsNullOrEmpty(data) ? Path.Combine(home, ".local", "share") : data, "cachekeeper", "embeddings");
    }

    private static bool Holds(string folder) => File.Exists(Path.Combine(folder, ModelFile)) && File.Exists(Path.Combine(folder, VocabularyFile));

    // The manifest lists tensors one after another; together the shards hold them in that order, little-endian.
    private static Dictionary<string, Tensor> ReadTensors(string folder)
    {
        using var model = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, ModelFile)));
        var tensors = new Dictionary<string, Tensor>();
        foreach (var group in model.RootElement.GetProperty("weightsManifest").EnumerateArray())
        {
            using var bytes = new MemoryStream();
            foreach (var shard in group.GetProperty("paths").EnumerateArray())
            {
                bytes.Write(File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(shard.GetString()!))));
            }

            Cut(group.GetProperty("weights"), bytes.ToArray(), tensors);
        }

        return tensors;
    }

    private static void Cut(JsonElement weights, byte[] bytes, Dictionary<string, Tensor> tensors)
    {
        var offset = 0;
        foreach (var weight in weights.EnumerateArray())
        {
            int[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var length = shape.Aggregate(sizeof(float), (product, size) => checked(product * size));
            if (weight.GetProperty("dtype").GetString() == "float32")
            {
                tensors[weight.GetProperty("name").GetString()!] = new Tensor(shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(offset, length)).ToArray());
            }

            offset += length;
        }
    }

    private static List<(string, float)> ReadVocabulary(string folder)
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, VocabularyFile)));
        return [.. vocabulary.RootElement.EnumerateArray().Select(piece => (piece[0].GetString()!, piece[1].ValueKind == JsonValueKind.Number ? piece[1].GetSingle() : 0))];
    }
}
