namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Numbers with their shape, as a weights file holds them.</summary>
internal sealed record Tensor(int[] Shape, float[] Values);

/// <summary>Picks the sentence encoder's parts out of its named tensors.</summary>
internal sealed class EncoderWeightsReader(IReadOnlyDictionary<string, Tensor> tensors)
{
    private const string Root = "module/Encoder_en/";

    public EncoderWeights Read(IReadOnlyList<(string Text, float Score)> vocabulary)
    {
        var embedding = Get("module/Embeddings_en");
        if (embedding.Shape[0] < vocabulary.Count)
        {
            throw new FormatException($"the vocabulary has {vocabulary.Count} pieces, the model knows {embedding.Shape[0]}");
        }

        return new EncoderWeights(
            vocabulary,
            embedding.Values,
            embedding.Shape[0],
            Get("KonaTransformer/Encode/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1").Values,
            [Layer(0), Layer(1)],
            Matrix(Root + "hidden_layers/tanh_layer_0/weights", Root + "hidden_layers/tanh_layer_0/bias"));
    }

    private TransformerLayer Layer(int number)
    {
        var variables = $"KonaTransformer/Encode/Layer_{number}/TransformerLayer/";
        var kernels = $"KonaTransformer/Encode/TransformerStack/Layer_{number}/TransformerLayer/";
        var attention = $"{Root}{variables}MultiheadAttention/";
        const string Bias = "/bias/ConcatPartitions/concat";
        return new TransformerLayer(
            Norm(variables + "layer_prepostprocess/layer_norm/"),
            Matrix(attention + "qkv_transform_single/kernel/part_0", variables + "MultiheadAttention/qkv_transform_single" + Bias),
            Matrix(attention + "output_transform_single/kernel/part_0", variables + "MultiheadAttention/output_transform_single" + Bias),
            number == 0 ? Matrix(variables + "dense/kernel/ConcatPartitions/concat", variables + "dense" + Bias) : null,
            Norm(variables + "FFN/layer_prepostprocess/layer_norm/"),
            Matrix(kernels + "FFN/conv1/Tensordot/Reshape_1", variables + "FFN/conv1" + Bias),
            Matrix(kernels + "FFN/conv2/Tensordot/Reshape_1", variables + "FFN/conv2" + Bias));
    }

    private LayerNorm Norm(string prefix) =>
        new(Get(prefix + "layer_norm_scale/ConcatPartitions/concat").Values, Get(prefix + "layer_norm_bias/ConcatPartitions/concat").Values);

    private PackedMatrix Matrix(string name, string bias)
    {
        var tensor = Get(name);
        return new PackedMatrix(tensor.Values, tensor.Shape[^2], tensor.Shape[^1], Get(bias).Values);
    }

    // Names carry different prefixes from release to release; their ends are unique.
    private Tensor Get(string name) =>
        tensors.FirstOrDefault(pair => pair.Key.EndsWith(name, StringComparison.Ordinal)).Value ?? throw new FormatException($"the tensor {name} is missing");
}
